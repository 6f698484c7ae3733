using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>Which backup, which WAL, and where recovery stops.</summary>
/// <param name="Road">The backup and the timeline.</param>
/// <param name="Target">As it was asked for.</param>
/// <param name="Stop">What recovery is told.</param>
/// <param name="At">For <see cref="RecoveryStop.Place"/>: where the last record that is replayed begins.</param>
/// <param name="WalEnd">The first byte of the log that is not needed.</param>
/// <param name="Reached">The commit it ends with, by the server's clock; null: not known before it is done.</param>
/// <param name="Warnings">For a person.</param>
internal sealed record RecoveryPlan(RecoveryRoad Road, RecoveryTarget Target, RecoveryStop Stop, Lsn? At, Lsn WalEnd, DateTimeOffset? Reached, IReadOnlyList<string> Warnings)
{
    /// <summary>Segments that are replayed.</summary>
    public ulong Segments => Road.SegmentSize.NumberBefore(WalEnd) - Road.SegmentSize.NumberAt(Road.Redo) + 1;

    public long WalBytes => (long)Segments * Road.SegmentSize.Bytes;

    /// <summary>What will lie in the data directory.</summary>
    public long NeededBytes => Road.Manifest.Totals.Bytes + WalBytes;
}

internal enum RecoveryStop
{
    /// <summary>Where the stored log ends.</summary>
    End,

    /// <summary>Where the backup ended.</summary>
    Immediate,

    /// <summary>After one record.</summary>
    Place,
}
