using Tidemark.Bench.Measuring;
using Tidemark.Bench.Races;

namespace Tidemark.Bench.Reports;

/// <summary>One comparison worked out. Ratios are taken within each round, so that what slows a whole round cancels out.</summary>
internal sealed class Finding(RaceResult result, Comparison comparison)
{
    public string Race => result.Race.Name;

    public string Ours => result.Race.Contenders[comparison.Ours].Name;

    public string? Peer => comparison.Peer is { } peer ? result.Race.Contenders[peer].Name : null;

    public double? Target => comparison.Target;

    public IReadOnlyList<Sample> OurSamples => result.Samples[comparison.Ours];

    public IReadOnlyList<Sample>? PeerSamples => comparison.Peer is { } peer ? result.Samples[peer] : null;

    public Spread? WallRatio => Ratio(sample => sample.Wall);

    public Spread? CpuRatio => Ratio(sample => sample.Cpu + sample.Server);

    /// <summary>Null without a target.</summary>
    public bool? Reached => Target is null ? null : (WallRatio ?? Spread.Of(OurSamples.Select(sample => sample.Wall))).Median <= Target;

    /// <summary>The most cores that others kept busy during one of its runs.</summary>
    public double Noise => OurSamples.Concat(PeerSamples ?? []).Max(sample => sample.Others / sample.Wall);

    private Spread? Ratio(Func<Sample, double> measure) => PeerSamples is null ? null : Spread.Of(OurSamples.Zip(PeerSamples, (ours, peer) => measure(ours) / measure(peer)));
}
