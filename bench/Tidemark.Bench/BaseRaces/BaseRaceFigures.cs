using System.Text.Json;
using System.Text.Json.Serialization;
using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Reports;

namespace Tidemark.Bench.BaseRaces;

/// <summary>The figures for programs: every sample of every contender, and what was concluded.</summary>
internal static class BaseRaceFigures
{
    private static readonly BaseFiguresJson Readable = new(FigureJson.Options);

    public static byte[] Write(BaseRaceReport report) => JsonSerializer.SerializeToUtf8Bytes(new BaseFigures(
        report.At,
        report.Machine,
        report.Scale,
        report.ClusterBytes,
        report.ClusterFiles,
        report.Repetitions,
        [.. report.Findings.Select(found => new BaseFindingFigures(found.Race, found.Ours, found.Peer, found.WallRatio, found.CpuRatio, found.StoredRatio, found.Target, found.Reached, found.Void, found.Noise))],
        [.. report.Races.SelectMany(race => race.Race.Contenders.Select((contender, i) => new BaseContenderFigures(race.Race.Name, contender.Name, race.Wrong[i], race.Samples[i])))]), Readable.BaseFigures);
}

internal sealed record BaseFigures(DateTimeOffset At, MachineFacts Machine, int Scale, long ClusterBytes, int ClusterFiles, int Repetitions, IReadOnlyList<BaseFindingFigures> Findings, IReadOnlyList<BaseContenderFigures> Contenders);

internal sealed record BaseFindingFigures(string Race, string Ours, string Peer, Spread WallRatio, Spread CpuRatio, double? StoredRatio, double? Target, bool? Reached, string? Void, double OthersCores);

internal sealed record BaseContenderFigures(string Race, string Name, string? Wrong, IReadOnlyList<Sample> Samples);

[JsonSerializable(typeof(BaseFigures))]
internal sealed partial class BaseFiguresJson : JsonSerializerContext;
