using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>The beginning of a segment that is not complete: being written, or left by a connection or a process before.</summary>
/// <param name="Name">Which segment.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Bytes from there that are durable and are WAL.</param>
/// <param name="Writing">Counts up where what lay here was set aside: only within one writing do bytes stay what they were.</param>
internal sealed record SpooledTail(WalSegmentName Name, Lsn Start, int Length, int Writing)
{
    public WalPosition Position => new(Name.Timeline, Start + (ulong)Length);
}
