using Tidemark.Bench.Measuring;
using Tidemark.Bench.Races;
using Tidemark.Bench.Reports;

namespace Tidemark.Bench.WalRaces;

/// <summary>One pair worked out. Ratios are taken within each round, so that what slows a whole round cancels out.</summary>
internal sealed class WalFinding(ProvenResult result, RacePair pair, int segments)
{
    public string Race => result.Race.Name;

    public string Ours => result.Race.Contenders[pair.Ours].Name;

    public string Peer => result.Race.Contenders[pair.Peer].Name;

    public double? Target => pair.Target;

    public IReadOnlyList<Sample> OurSamples => result.Samples[pair.Ours];

    public IReadOnlyList<Sample> PeerSamples => result.Samples[pair.Peer];

    /// <summary>Why this says nothing: what one of them left was wrong.</summary>
    public string? Void => result.VoidOf(pair);

    /// <summary>How many times the peer's rate ours is.</summary>
    public Spread RateRatio => Spread.Of(OurSamples.Zip(PeerSamples, (ours, peer) => peer.Wall / ours.Wall));

    /// <summary>How many times the peer's CPU ours takes, with the server's.</summary>
    public Spread CpuRatio => Spread.Of(OurSamples.Zip(PeerSamples, (ours, peer) => (ours.Cpu + ours.Server) / (peer.Cpu + peer.Server)));

    /// <summary>Null without a target, and where the row is void.</summary>
    public bool? Reached => Target is null || Void is not null ? null : RateRatio.Median >= Target;

    /// <summary>The most cores that others kept busy during one of its runs.</summary>
    public double Noise => OurSamples.Concat(PeerSamples).Max(sample => sample.Others / sample.Wall);

    /// <summary>Segments a second, the median of the rounds.</summary>
    public double Rate(IReadOnlyList<Sample> samples) => Spread.Of(samples.Select(sample => segments / sample.Wall)).Median;
}
