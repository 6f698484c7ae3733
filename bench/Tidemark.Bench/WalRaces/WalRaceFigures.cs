using System.Text.Json;
using System.Text.Json.Serialization;
using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Reports;

namespace Tidemark.Bench.WalRaces;

/// <summary>The figures for programs: every sample of every contender, and what was concluded.</summary>
internal static class WalRaceFigures
{
    private static readonly WalFiguresJson Readable = new(FigureJson.Options);

    public static byte[] Write(WalRaceReport report) => JsonSerializer.SerializeToUtf8Bytes(new WalFigures(
        report.At,
        report.Machine,
        report.PgBackRest,
        report.Segments,
        WalSource.SegmentBytes,
        report.Repetitions,
        [.. report.Findings.Select(found => new WalFindingFigures(found.Race, found.Ours, found.Peer, found.Rate(found.OurSamples), found.Rate(found.PeerSamples), found.RateRatio, found.CpuRatio, found.Target, found.Reached, found.Void, found.Noise))],
        [.. report.Races.SelectMany(race => race.Race.Contenders.Select((contender, i) => new WalContenderFigures(race.Race.Name, contender.Name, race.Wrong[i], race.Samples[i])))]), Readable.WalFigures);
}

internal sealed record WalFigures(DateTimeOffset At, MachineFacts Machine, string PgBackRest, int Segments, int SegmentBytes, int Repetitions, IReadOnlyList<WalFindingFigures> Findings, IReadOnlyList<WalContenderFigures> Contenders);

internal sealed record WalFindingFigures(string Race, string Ours, string Peer, double OurSegmentsASecond, double PeerSegmentsASecond, Spread RateRatio, Spread CpuRatio, double? Target, bool? Reached, string? Void, double OthersCores);

internal sealed record WalContenderFigures(string Race, string Name, string? Wrong, IReadOnlyList<Sample> Samples);

[JsonSerializable(typeof(WalFigures))]
internal sealed partial class WalFiguresJson : JsonSerializerContext;
