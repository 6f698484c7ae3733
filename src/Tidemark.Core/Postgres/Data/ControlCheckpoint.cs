using System.Buffers.Binary;
using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Data;

/// <summary>The last checkpoint, or restart point on a standby (CheckPoint).</summary>
/// <param name="Location">Of its record.</param>
/// <param name="Redo">Where replay begins.</param>
/// <param name="Timeline">That it was written on.</param>
/// <param name="PreviousTimeline">The same, unless it was the first one on a new timeline.</param>
/// <param name="FullPageWrites">Whether full_page_writes was on then.</param>
/// <param name="NextTransaction">With its epoch in the upper half.</param>
/// <param name="Time">By the server's clock.</param>
internal sealed record ControlCheckpoint(Lsn Location, Lsn Redo, TimelineId Timeline, TimelineId PreviousTimeline, bool FullPageWrites, ulong NextTransaction, DateTimeOffset Time)
{
    public static ControlCheckpoint Read(Lsn location, ReadOnlySpan<byte> bytes) => new(
        location,
        new Lsn(BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
        new TimelineId(BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..])),
        new TimelineId(BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..])),
        bytes[16] != 0,
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
        DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[64..])));
}
