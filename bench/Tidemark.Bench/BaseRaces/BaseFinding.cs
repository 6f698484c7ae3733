using Tidemark.Bench.Measuring;
using Tidemark.Bench.Races;
using Tidemark.Bench.Reports;

namespace Tidemark.Bench.BaseRaces;

/// <summary>One pair worked out: ours over theirs. Ratios are taken within each round, so that what slows a whole round cancels out.</summary>
internal sealed class BaseFinding(ProvenResult result, RacePair pair)
{
    public string Race => result.Race.Name;

    public string Ours => result.Race.Contenders[pair.Ours].Name;

    public string Peer => result.Race.Contenders[pair.Peer].Name;

    /// <summary>The most that the ratio of wall times was to be; null: nothing was asked for.</summary>
    public double? Target => pair.Target;

    public IReadOnlyList<Sample> OurSamples => result.Samples[pair.Ours];

    public IReadOnlyList<Sample> PeerSamples => result.Samples[pair.Peer];

    /// <summary>Why this says nothing: what one of them left was wrong.</summary>
    public string? Void => result.VoidOf(pair);

    public Spread WallRatio => Ratio(sample => sample.Wall);

    /// <summary>With the server's.</summary>
    public Spread CpuRatio => Ratio(sample => sample.Cpu + sample.Server);

    /// <summary>Of what is stored; null: nothing is.</summary>
    public double? StoredRatio => OurSamples[0].Stored == 0 ? null : Ratio(sample => Math.Max(1, sample.Stored)).Median;

    /// <summary>Null without a target, and where the row is void.</summary>
    public bool? Reached => Target is null || Void is not null ? null : WallRatio.Median <= Target;

    /// <summary>The most cores that others kept busy during one of its runs.</summary>
    public double Noise => OurSamples.Concat(PeerSamples).Max(sample => sample.Others / sample.Wall);

    private Spread Ratio(Func<Sample, double> of) => Spread.Of(OurSamples.Zip(PeerSamples, (ours, peer) => of(ours) / of(peer)));
}
