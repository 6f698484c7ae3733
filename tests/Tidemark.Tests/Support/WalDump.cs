using System.Text.RegularExpressions;

namespace Tidemark.Tests.Support;

/// <summary>What <c>pg_waldump</c> prints (times in UTC), in the form of the probe's lines.</summary>
public static partial class WalDump
{
    private static readonly string[] Forks = ["main", "fsm", "vm", "init"];

    public static string Normal(string line)
    {
        var record = Record().Match(line);
        if (!record.Success) throw new FormatException($"no line of pg_waldump: {line}");
        var blocks = "";
        foreach (Match block in Block().Matches(line))
        {
            var fork = block.Groups["fork"].Success ? Array.IndexOf(Forks, block.Groups["fork"].Value) : 0;
            var image = block.Groups["image"].Success ? block.Groups["check"].Success ? " check" : " image" : "";
            blocks += $" {block.Groups["relation"].Value}.{fork}:{block.Groups["number"].Value}{image}";
        }
        var end = End().Match(line);
        var time = end.Success && record.Groups["manager"].Value == "Transaction" ? $" {(end.Groups["how"].Value == "COMMIT" ? "commit" : "abort")} {end.Groups["time"].Value}" : "";
        return $"{Place(record.Groups["at"].Value)} after {Place(record.Groups["previous"].Value)} {record.Groups["manager"].Value} xid {record.Groups["xid"].Value} " +
            $"{record.Groups["own"].Value}/{record.Groups["length"].Value}{time}{blocks}";
    }

    /// <summary>Without the zeros that PostgreSQL pads the second part with.</summary>
    private static string Place(string lsn) => lsn.Split('/') is [var high, var low] ? $"{high}/{Convert.ToUInt32(low, 16):X}" : lsn;

    [GeneratedRegex(@"^rmgr: (?<manager>\w+) +len \(rec/tot\): +(?<own>\d+)/ *(?<length>\d+), tx: +(?<xid>\d+), lsn: (?<at>[0-9A-F/]+), prev (?<previous>[0-9A-F/]+), desc: ")]
    private static partial Regex Record();

    [GeneratedRegex(@"blkref #\d+: rel (?<relation>\d+/\d+/\d+)( fork (?<fork>\w+))? blk (?<number>\d+)(?<image> FPW)?(?<check> for WAL verification)?")]
    private static partial Regex Block();

    [GeneratedRegex(@"desc: (?<how>COMMIT|ABORT)(_PREPARED \d+:)? (?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}) UTC")]
    private static partial Regex End();
}
