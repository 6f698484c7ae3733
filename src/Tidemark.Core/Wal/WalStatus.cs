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
/// <param name="Behind">How long ago that was which the store has not: 0 with no lag; else the age of its last commit, and where that is not known, of its newest object. Null: it has nothing.</param>
internal sealed record WalStatus(
    string Address, IncarnationFolder Incarnation, WalSegmentSize SegmentSize, WalCoverage Coverage, IReadOnlyDictionary<WalRange, WalMoments> Moments,
    WalNewest? Newest, Lsn? End, long? LagBytes, TimeSpan? Behind);

/// <param name="Key">In the store.</param>
/// <param name="Written">By the store's clock.</param>
internal sealed record WalNewest(string Key, DateTimeOffset Written);
