using System.Buffers.Binary;

namespace Tidemark.Postgres.Wal;

/// <summary>What stands at the start of every page (XLogPageHeaderData, XLogLongPageHeaderData). Only read, not judged.</summary>
/// <param name="Magic">Of the format.</param>
/// <param name="Continued">The page begins with the rest of a record (XLP_FIRST_IS_CONTRECORD).</param>
/// <param name="Long">The header carries the identity of the cluster, as at the start of each segment.</param>
/// <param name="Overwritten">The rest of a record that was expected here was never written and never will be (XLP_FIRST_IS_OVERWRITE_CONTRECORD, since 13.5 and 14.1).</param>
/// <param name="UnknownFlags">It has flags that no major up to 18 knows.</param>
/// <param name="Timeline">As it stands there; 0 would be none.</param>
/// <param name="Address">The place of the page.</param>
/// <param name="Rest">How many bytes the continued record still has, this page's included.</param>
internal readonly record struct WalPageHeader(ushort Magic, bool Continued, bool Long, bool Overwritten, bool UnknownFlags, uint Timeline, Lsn Address, uint Rest)
{
    public const int ShortLength = 24, LongLength = 40;

    public int Length => Long ? LongLength : ShortLength;

    /// <param name="page">At least <see cref="ShortLength"/> bytes.</param>
    public static WalPageHeader Read(ReadOnlySpan<byte> page)
    {
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(page[2..]);
        return new WalPageHeader(
            BinaryPrimitives.ReadUInt16LittleEndian(page), (flags & 1) != 0, (flags & 2) != 0, (flags & 8) != 0, (flags & ~0xF) != 0,
            BinaryPrimitives.ReadUInt32LittleEndian(page[4..]), new Lsn(BinaryPrimitives.ReadUInt64LittleEndian(page[8..])), BinaryPrimitives.ReadUInt32LittleEndian(page[16..]));
    }
}
