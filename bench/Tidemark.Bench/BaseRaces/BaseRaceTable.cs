using System.Globalization;
using System.Text;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Reports;

namespace Tidemark.Bench.BaseRaces;

/// <summary>The table for people.</summary>
internal static class BaseRaceTable
{
    public static string Write(BaseRaceReport report)
    {
        var text = new StringBuilder();
        var machine = report.Machine;
        text.AppendLine($"# Base backups: Tidemark beside pgBackRest, pg_basebackup and restic, {report.At:yyyy-MM-dd}").AppendLine();
        text.AppendLine($"Tidemark {machine.Tidemark} · PostgreSQL {machine.Postgres} ({machine.PostgresSettings})  ");
        text.AppendLine($"{machine.Processor}, {machine.Cores} cores, {Number(machine.MemoryBytes / 1e9, 1)} GB · {machine.System}, kernel {machine.Kernel}, {machine.FileSystem}  ");
        text.AppendLine($"{Number(report.ClusterBytes / 1e9, 2)} GB in {report.ClusterFiles} files without WAL (scale {report.Scale}) · {report.Repetitions} rounds, the contenders taking turns, after one that is not counted · page cache warm · two processes or workers each, where nothing else is said").AppendLine();
        text.AppendLine("| race | ours | peer | wall s | **ratio** (min..max) | target | CPU s, command + server | CPU ratio | biggest process MB | stored MB | stored ratio | others' cores |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var row in report.Findings) text.AppendLine(row.Void is { } why ? $"| {row.Race} | {row.Ours} | {row.Peer} | | **void**: {why} | | | | | | | |" : Line(row));
        text.AppendLine().AppendLine("""
            - Ratios are ours over theirs, taken within each round: the median of the rounds, and the least and the most.
            - Every cluster that a restore race restored was started and compared with the server, row by row, off the clock. Of backups and increments that of the uncounted round was restored so; the others were weighed.
            - pgBackRest's WAL is pushed by the server's archive_command, which counts as the server's CPU; ours and pg_basebackup's is streamed by the command itself.
            - Others' cores: the most that the rest of the machine, write-back of the kernel included, kept busy in one of the runs.
            """);
        return text.ToString();
    }

    private static string Line(BaseFinding row)
    {
        var (ours, peer, ratio) = (row.OurSamples, row.PeerSamples, row.WallRatio);
        return $"| {row.Race} | {row.Ours} | {row.Peer} | {Wall(ours)} / {Wall(peer)} | **{Number(ratio.Median, 2)}** ({Number(ratio.Min, 2)}..{Number(ratio.Max, 2)}) | {Verdict(row)}"
            + $" | {Cpu(ours)} / {Cpu(peer)} | {Number(row.CpuRatio.Median, 2)} | {Peak(ours)} / {Peak(peer)} | {Stored(ours)} / {Stored(peer)} | {(row.StoredRatio is { } stored ? Number(stored, 2) : "")} | {Number(row.Noise, 2)} |";
    }

    private static string Verdict(BaseFinding row) => row.Target is not { } target ? "" : $"≤ {Number(target, 2)}: {(row.Reached == true ? "reached" : "**missed**")}";

    private static string Wall(IReadOnlyList<Sample> samples) => Number(Spread.Of(samples.Select(sample => sample.Wall)).Median, 2);

    private static string Cpu(IReadOnlyList<Sample> samples) => $"{Number(Spread.Of(samples.Select(sample => sample.Cpu)).Median, 2)} + {Number(Spread.Of(samples.Select(sample => sample.Server)).Median, 2)}";

    private static string Peak(IReadOnlyList<Sample> samples) => Number(samples.Max(sample => Math.Max(sample.OwnPeak ?? 0, sample.ChildPeak ?? 0)) / 1e6, 0);

    private static string Stored(IReadOnlyList<Sample> samples) => samples[0].Stored == 0 ? "" : Number(Spread.Of(samples.Select(sample => sample.Stored / 1e6)).Median, 1);

    private static string Number(double value, int places) => value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
