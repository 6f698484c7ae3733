using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>A stretch of the log without a gap.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The first byte behind it.</param>
/// <param name="First">The segment it begins with.</param>
/// <param name="Last">The segment its last byte is of; where it ends within it, of that a tail is stored.</param>
internal sealed record WalRange(Lsn Start, Lsn End, WalSegmentName First, WalSegmentName Last);

/// <summary>Segments that are missing between others. Uploads overtake each other: one may still be under way.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them; may be the same.</param>
internal sealed record WalGap(WalSegmentName First, WalSegmentName Last)
{
    public override string ToString() => First == Last ? $"{First}" : $"{First} to {Last}";
}

/// <summary>Several objects of one segment that differ, or a mark of one who saw another history than the one that is stored.</summary>
/// <param name="Segment">Which.</param>
/// <param name="Sha256">Of each; empty: a mark says it.</param>
internal sealed record WalConflict(WalSegmentName Segment, IReadOnlyList<string> Sha256)
{
    /// <summary>Where the mark says so; null: the objects do.</summary>
    public Lsn? At { get; init; }
}
