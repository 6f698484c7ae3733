using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Replication;

/// <summary>A replication slot, as READ_REPLICATION_SLOT tells it.</summary>
/// <param name="Restart">The oldest WAL that it keeps; null: none yet, or it was invalidated.</param>
/// <param name="Timeline">On which that is.</param>
internal sealed record PhysicalSlot(Lsn? Restart, TimelineId? Timeline);
