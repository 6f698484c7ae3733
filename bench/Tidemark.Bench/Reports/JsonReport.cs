using System.Text.Json;
using System.Text.Json.Serialization;
using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.Reports;

/// <summary>The figures for programs: every sample of every contender, and what was concluded.</summary>
internal static class JsonReport
{
    private static readonly FiguresJson Readable = new(FigureJson.Options);

    public static byte[] Write(BenchReport report) => JsonSerializer.SerializeToUtf8Bytes(new Figures(
        report.At,
        report.Machine,
        report.TableBytes,
        report.Repetitions,
        BenchReport.MemoryTarget,
        [.. report.Findings.Select(found => new FindingFigures(found.Race, found.Ours, found.Peer, found.WallRatio, found.CpuRatio, found.Target, found.Reached, found.Noise))],
        [.. report.Races.SelectMany(race => race.Race.Contenders.Select((contender, i) => new ContenderFigures(race.Race.Name, contender.Name, race.Samples[i])))]), Readable.Figures);
}

internal sealed record Figures(DateTimeOffset At, MachineFacts Machine, long TableBytes, int Repetitions, long OwnMemoryTarget, IReadOnlyList<FindingFigures> Findings, IReadOnlyList<ContenderFigures> Contenders);

internal sealed record FindingFigures(string Race, string Ours, string? Peer, Spread? WallRatio, Spread? CpuRatio, double? Target, bool? Reached, double OthersCores);

internal sealed record ContenderFigures(string Race, string Name, IReadOnlyList<Sample> Samples);

[JsonSerializable(typeof(Figures))]
internal sealed partial class FiguresJson : JsonSerializerContext;
