using System.Globalization;
using System.Text;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Reports;

namespace Tidemark.Bench.WalRaces;

/// <summary>The table for people.</summary>
internal static class WalRaceTable
{
    public static string Write(WalRaceReport report)
    {
        var text = new StringBuilder();
        var machine = report.Machine;
        text.AppendLine($"# WAL: Tidemark beside pg_receivewal and pgBackRest, {report.At:yyyy-MM-dd}").AppendLine();
        text.AppendLine($"Tidemark {machine.Tidemark} · PostgreSQL {machine.Postgres} ({machine.PostgresSettings}) · {report.PgBackRest}  ");
        text.AppendLine($"{machine.Processor}, {machine.Cores} cores, {Number(machine.MemoryBytes / 1e9, 1)} GB · {machine.System}, kernel {machine.Kernel}, {machine.FileSystem}  ");
        text.AppendLine($"{report.Segments} segments of 16 MiB · zstd on both sides: the peer at level 3, ours as it is (stored MB tells what each makes of it) · {report.Repetitions} rounds, the contenders taking turns, after one that is not counted · page cache warm").AppendLine();
        text.AppendLine("| ours | peer | segments/s | MB/s | **times the rate** (min..max) | target | CPU s, command + server | CPU ratio | biggest process MB | stored MB | others' cores |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var row in report.Findings) text.AppendLine(row.Void is { } why ? $"| `{row.Ours}` | `{row.Peer}` | | | **void**: {why} | | | | | | |" : Line(row));
        text.AppendLine().AppendLine("""
            - The ratio is taken within each round: the median of the rounds, and the least and the most. What every turn left was compared with the server's segments, byte by byte, off the clock.
            - One process for each segment, each by a shell, as PostgreSQL calls `archive_command` and `restore_command`. CPU and memory count what works on in the background, also after the last segment.
            - `wal receive` is stopped when it is done, and brings then what it received into the store: its CPU holds zstd's in both rows. pg_receivewal stores segments as they are.
            - Others' cores: the most that the rest of the machine, write-back of the kernel included, kept busy in one of the runs. Above 0.3, run it again on a quiet machine.
            """);
        return text.ToString();
    }

    private static string Line(WalFinding row)
    {
        var (ours, peer, ratio) = (row.OurSamples, row.PeerSamples, row.RateRatio);
        return $"| `{row.Ours}` | `{row.Peer}` | {Number(row.Rate(ours), 1)} / {Number(row.Rate(peer), 1)} | {Megabytes(row.Rate(ours))} / {Megabytes(row.Rate(peer))} | **{Number(ratio.Median, 2)}** ({Number(ratio.Min, 2)}..{Number(ratio.Max, 2)}) | {Verdict(row)}"
            + $" | {Cpu(ours)} / {Cpu(peer)} | {Number(row.CpuRatio.Median, 2)} | {Peak(ours)} / {Peak(peer)} | {Stored(ours)} / {Stored(peer)} | {Number(row.Noise, 2)} |";
    }

    private static string Verdict(WalFinding row) => row.Target is not { } target ? "" : $"≥ {Number(target, 1)}: {(row.Reached == true ? "reached" : "**missed**")}";

    private static string Megabytes(double rate) => Number(rate * WalSource.SegmentBytes / 1e6, 0);

    private static string Cpu(IReadOnlyList<Sample> samples) => $"{Number(Spread.Of(samples.Select(sample => sample.Cpu)).Median, 2)} + {Number(Spread.Of(samples.Select(sample => sample.Server)).Median, 2)}";

    private static string Peak(IReadOnlyList<Sample> samples) => Number(samples.Max(sample => Math.Max(sample.OwnPeak ?? 0, sample.ChildPeak ?? 0)) / 1e6, 0);

    private static string Stored(IReadOnlyList<Sample> samples) => samples[0].Stored == 0 ? "raw" : Number(samples[0].Stored / 1e6, 1);

    private static string Number(double value, int places) => value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
