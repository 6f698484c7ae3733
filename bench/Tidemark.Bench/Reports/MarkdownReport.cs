using System.Globalization;
using System.Text;
using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.Reports;

/// <summary>The table for people.</summary>
internal static class MarkdownReport
{
    public static string Write(BenchReport report)
    {
        var text = new StringBuilder();
        text.AppendLine($"# Tidemark beside the bare tools, {report.At:yyyy-MM-dd}").AppendLine();
        var machine = report.Machine;
        text.AppendLine($"Tidemark {machine.Tidemark} · PostgreSQL {machine.Postgres}, servers and clients ({machine.PostgresSettings}) · {machine.Gzip}  ");
        text.AppendLine($"{machine.Processor}, {machine.Cores} cores, {Number(machine.MemoryBytes / 1e9, 1)} GB · {machine.System}, kernel {machine.Kernel}, {machine.FileSystem}  ");
        text.AppendLine($"tables of {Number(report.TableBytes / 1e9, 2)} GB · {report.Repetitions} rounds, the contenders taking turns, after one that is not counted · page cache warm").AppendLine();
        Ratios(text, report.Findings);
        Alone(text, report.Findings);
        Memory(text, report);
        Notes(text);
        return text.ToString();
    }

    private static void Ratios(StringBuilder text, IReadOnlyList<Finding> findings)
    {
        var rows = findings.Where(finding => finding.Peer is not null).ToList();
        if (rows.Count == 0) return;
        text.AppendLine("| ours | bare | wall s | **wall ratio** (min..max) | target | CPU s, command + server | CPU ratio | own peak MB | biggest process MB | stored MB | others' cores |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            var (ours, peer) = (row.OurSamples, row.PeerSamples!);
            text.AppendLine($"| `{row.Ours}` | `{Cell(row.Peer!)}` | {Both(ours, peer, sample => sample.Wall)} | **{Number(row.WallRatio!.Value.Median, 2)}** ({Number(row.WallRatio.Value.Min, 2)}..{Number(row.WallRatio.Value.Max, 2)}) | {Verdict(row, 2, "")}"
                + $" | {Cpu(ours)} / {Cpu(peer)} | {Number(row.CpuRatio!.Value.Median, 2)} | {Peak(ours, sample => sample.OwnPeak)} | {Biggest(ours)} / {Biggest(peer)} | {Stored(ours, peer)} | {Number(row.Noise, 2)} |");
        }
        text.AppendLine();
    }

    private static void Alone(StringBuilder text, IReadOnlyList<Finding> findings)
    {
        var rows = findings.Where(finding => finding.Peer is null).ToList();
        if (rows.Count == 0) return;
        text.AppendLine("| alone | wall ms (min..max) | target | CPU ms |").AppendLine("|---|---|---|---|");
        foreach (var row in rows)
        {
            var wall = Spread.Of(row.OurSamples.Select(sample => sample.Wall * 1000));
            text.AppendLine($"| `{row.Ours}`{(row.Race == "list-100" ? " of 100 manifests" : "")} | **{Number(wall.Median, 1)}** ({Number(wall.Min, 1)}..{Number(wall.Max, 1)}) | {Verdict(row, 3, " s")} | {Number(Median(row.OurSamples, sample => sample.Cpu * 1000), 1)} |");
        }
        text.AppendLine();
    }

    private static void Memory(StringBuilder text, BenchReport report)
    {
        var most = report.Findings.SelectMany(finding => finding.OurSamples.Where(sample => sample.OwnPeak is not null).Select(sample => (finding.Ours, sample.OwnPeak))).DefaultIfEmpty().MaxBy(pair => pair.OwnPeak);
        if (most.OwnPeak is not { } peak) return;
        text.AppendLine($"Most memory of our own process: **{Number(peak / 1e6, 0)} MB** (`{most.Ours}`), target {BenchReport.MemoryTarget / 1_000_000} MB: {(peak <= BenchReport.MemoryTarget ? "reached" : "**missed**")}.").AppendLine();
    }

    private static void Notes(StringBuilder text) => text.AppendLine("""
        - The ratio is ours to bare within each round; the median of the rounds, and the least and the most. CPU is the command with all that it started, plus the server meanwhile; its ratio is of both together.
        - Ours ends with file, folder and manifest on the disk (fsync), and stores the globals too. `pg_dump` and `gzip` leave their file in the page cache. Targets are set against the bare command.
        - A restore of ours reads the dump's SHA-256 first; with the check it counts the rows of all tables afterwards.
        - Own peak is the resident memory of the tidemark process alone (VmHWM); biggest process: of ours, the largest that it started; of the bare command, the largest of all.
        - Others' cores: the most that the rest of the machine, write-back of the kernel included, kept busy in one of the runs. Above 0.3, run it again on a quiet machine.
        """);

    private static string Verdict(Finding row, int places, string unit) => row.Target is not { } target ? "" : $"≤ {Number(target, places)}{unit}: {(row.Reached == true ? "reached" : "**missed**")}";

    private static string Both(IReadOnlyList<Sample> ours, IReadOnlyList<Sample> peer, Func<Sample, double> measure) => $"{Number(Median(ours, measure), 2)} / {Number(Median(peer, measure), 2)}";

    private static string Cpu(IReadOnlyList<Sample> samples) => $"{Number(Median(samples, sample => sample.Cpu), 2)} + {Number(Median(samples, sample => sample.Server), 2)}";

    private static string Stored(IReadOnlyList<Sample> ours, IReadOnlyList<Sample> peer) => ours[0].Stored == 0 ? "" : $"{Number(ours[0].Stored / 1e6, 1)} / {Number(peer[0].Stored / 1e6, 1)}";

    private static string Peak(IReadOnlyList<Sample> samples, Func<Sample, long?> measure) => samples.Max(measure) is { } peak ? Number(peak / 1e6, 0) : "";

    private static string Biggest(IReadOnlyList<Sample> samples)
    {
        var biggest = samples.Where(sample => sample.ChildPeak is not null).MaxBy(sample => sample.ChildPeak);
        return biggest is null ? Peak(samples, sample => sample.OwnPeak) : $"{Number(biggest.ChildPeak!.Value / 1e6, 0)} ({biggest.BiggestChild})";
    }

    private static double Median(IReadOnlyList<Sample> samples, Func<Sample, double> measure) => Spread.Of(samples.Select(measure)).Median;

    private static string Number(double value, int places) => value.ToString("F" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Cell(string command) => command.Replace("|", "\\|", StringComparison.Ordinal);
}
