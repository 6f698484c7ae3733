using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>Names of segments in the order in which they must arrive: by timeline, then by place.</summary>
internal static class WalOrder
{
    public static readonly Comparer<WalSegmentName> OfNames = Comparer<WalSegmentName>.Create((left, right) => (left.Timeline, left.Log, left.Segment).CompareTo((right.Timeline, right.Log, right.Segment)));
}
