using System.Buffers.Binary;
using Tidemark.Postgres.Wal;
using Tidemark.Tests.Wal;

namespace Tidemark.Tests.Support;

/// <summary>Segments of 1 MiB as PostgreSQL 15 would write them, in which one record without meaning reaches from the first page into the last.</summary>
internal static class FullWal
{
    private const int Page = 8192, First = 40, Later = 24, Header = 24;

    /// <param name="name">Its place and timeline.</param>
    /// <param name="end">Where the record is over, in the last page; a multiple of 8. What follows is zero.</param>
    public static byte[] Segment(WalSegmentName name, int end)
    {
        var bytes = Pages(name);
        var length = end - First - (((MadeWal.Size.Bytes / Page) - 1) * Later);
        var record = new byte[length];
        Begin(record, name.Start(MadeWal.Size).Value - 100, info: 0x20);
        record[Header] = 254;
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(Header + 1), length - Header - 5);
        WalPages.Seal(record);
        var taken = 0;
        for (var page = 0; page < bytes.Length; page += Page)
        {
            var (from, rest) = (page == 0 ? First : Later, length - taken);
            if (page > 0)
            {
                bytes[page + 2] = 1;
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(page + 16), rest);
            }
            var part = Math.Min(rest, Page - from);
            record.AsSpan(taken, part).CopyTo(bytes.AsSpan(page + from));
            taken += part;
        }
        return bytes;
    }

    /// <summary>Two segments, and a record that says wal_level=minimal: its header ends the first, its data begins the second.</summary>
    public static (byte[] One, byte[] Next) AcrossTheBorder(WalSegmentName name)
    {
        var (one, next) = (Segment(name, MadeWal.Size.Bytes - Header), Pages(name.Next(MadeWal.Size)));
        var record = new byte[Header + 2 + 28];
        Begin(record, name.Start(MadeWal.Size).Value + First, info: 0x60);
        (record[Header], record[Header + 1]) = (255, 28);
        WalPages.Seal(record);
        record.AsSpan(0, Header).CopyTo(one.AsSpan(one.Length - Header));
        next[2] |= 1;
        BinaryPrimitives.WriteInt32LittleEndian(next.AsSpan(16), record.Length - Header);
        record.AsSpan(Header).CopyTo(next.AsSpan(First));
        return (one, next);
    }

    private static void Begin(Span<byte> record, ulong previous, byte info)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], previous);
        record[16] = info;
    }

    private static byte[] Pages(WalSegmentName name)
    {
        var bytes = MadeWal.Segment(name);
        bytes.AsSpan(First, Header).Clear();
        for (var page = Page; page < bytes.Length; page += Page)
        {
            bytes.AsSpan(0, 8).CopyTo(bytes.AsSpan(page));
            bytes[page + 2] = 0;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(page + 8), name.Start(MadeWal.Size).Value + (ulong)page);
        }
        return bytes;
    }
}
