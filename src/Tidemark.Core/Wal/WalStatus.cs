using Tidemark.Postgres.Wal;
using Tidemark.Repositories;

namespace Tidemark.Wal;

/// <summary>How far back, and how far forward, the log that one store holds reaches.</summary>
/// <param name="Address">Of the store.</param>
/// <param name="Incarnation">Whose log.</param>
/// <param name="SegmentSize">Of its segments.</param>
/// <param name="Coverage">What is there.</param>
/// <param name="Moments">Of stretches in <see cref="Coverage"/>; those that are not in it were not read.</param>
/// <param name="Newest">The object that was written last; null: there is none.</param>
/// <param name="End">The first byte of the server's history that is not there; null: nothing of that is.</param>
/// <param name="LagBytes">What the server has beyond that; null: the server does not say, or nothing of its timeline's history is there.</param>
/// <param name="Behind">How long ago that was which the store has not: 0 with no lag; else the age of its last commit, or of the moment up to which a receiver said that every commit is there; where neither is known, of its newest object. Null: it has nothing.</param>
internal sealed record WalStatus(
    string Address, IncarnationFolder Incarnation, WalSegmentSize SegmentSize, WalCoverage Coverage, IReadOnlyDictionary<WalRange, WalMoments> Moments,
    WalNewest? Newest, Lsn? End, long? LagBytes, TimeSpan? Behind)
{
    /// <summary>From here on nothing is missing up to <see cref="End"/>; null as that.</summary>
    public Lsn? Start { get; init; }

    /// <summary>What is missing before <see cref="Start"/>: nothing that was backed up earlier gets to <see cref="End"/>.</summary>
    public bool HasGap { get; init; }

    /// <summary>Gaps behind which the next segment is young: uploads overtake each other, and these may still be under way.</summary>
    public IReadOnlySet<WalGap> Arriving { get; init; } = new HashSet<WalGap>();
}

/// <param name="Key">In the store.</param>
/// <param name="Written">By the store's clock.</param>
internal sealed record WalNewest(string Key, DateTimeOffset Written);
