using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;
using Tidemark.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>One backup, one timeline, and the WAL that leads from the one along the other without a gap.</summary>
/// <param name="Base">Where it begins.</param>
/// <param name="History">Of the timeline that it follows.</param>
/// <param name="Redo">The first byte that replay needs.</param>
/// <param name="Consistent">The backup's end: before it nothing can be reached.</param>
/// <param name="ConsistentAt">By the server's clock.</param>
/// <param name="End">The first byte that is not stored any more.</param>
internal sealed record RecoveryRoad(BaseEntry Base, TimelineHistory History, Lsn Redo, Lsn Consistent, DateTimeOffset ConsistentAt, Lsn End)
{
    public BaseManifest Manifest => Base.Manifest!;

    public WalSegmentSize SegmentSize => new(Manifest.WalSegmentBytes);

    public WalPlan Plan(Lsn end, PlannedTail? tail) => new(ulong.Parse(Manifest.SystemIdentifier, System.Globalization.CultureInfo.InvariantCulture), SegmentSize, History, Redo, end, tail);
}
