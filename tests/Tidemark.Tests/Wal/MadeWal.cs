using System.Buffers.Binary;
using System.Numerics;
using Tidemark.Configuration;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Tests.Wal;

/// <summary>Segments of 1 MiB as PostgreSQL 15 would write them, with one record each; and a server's folder to keep them in.</summary>
internal static class MadeWal
{
    public const ulong Cluster = 7300000000000000001;

    public static readonly WalSegmentSize Size = new(WalSegmentSize.Smallest);

    public static WalSegmentName Name(uint timeline, ulong number) => WalSegmentName.Of(new TimelineId(timeline), number, Size);

    public static WalFileName File(WalSegmentName name) => new(WalObjectKind.Segment, name, "");

    public static WalFileName History(uint timeline) => new(WalObjectKind.History, new WalSegmentName(new TimelineId(timeline), 0, 0), "");

    public static WalEncoding Plain() => new(new RepositoryKeys(EncryptionOptions.None, []));

    /// <param name="name">Its place and timeline.</param>
    /// <param name="mark">Makes one content differ from another.</param>
    /// <param name="cluster">System identifier.</param>
    /// <param name="closed">By XLOG_SWITCH; else it is half a segment.</param>
    public static byte[] Segment(WalSegmentName name, uint mark = 1, ulong cluster = Cluster, bool closed = true)
    {
        var bytes = new byte[Size.Bytes];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, 0xD110);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), name.Timeline.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), name.Start(Size).Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), cluster);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(32), Size.Bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(36), 8192);
        var record = bytes.AsSpan(40, 24);
        BinaryPrimitives.WriteUInt32LittleEndian(record, 24);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], mark);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], name.Start(Size).Value - 100);
        // Manager 0 is XLOG: 0x40 SWITCH, 0x20 NOOP.
        record[16] = closed ? (byte)0x40 : (byte)0x20;
        var sum = 0xFFFFFFFF;
        foreach (var one in record[..20]) sum = BitOperations.Crc32C(sum, one);
        BinaryPrimitives.WriteUInt32LittleEndian(record[20..], ~sum);
        return bytes;
    }

    public static async Task<WalArchive> ArchiveAsync(IObjectStore store, WalEncoding? encoding = null) =>
        new(store, new WalKeys(await new Incarnations(store, "default").EnsureAsync(Cluster, TestContext.Current.CancellationToken)), encoding ?? Plain());

    public static async Task PutAsync(IObjectStore store, WalSegmentName name, uint mark = 1)
    {
        var (archive, encoding) = (await ArchiveAsync(store), Plain());
        var raw = RawSegment.Of(name, Segment(name, mark));
        await archive.PutAsync(raw, () => encoding.Encode(raw.Bytes.Span), TestContext.Current.CancellationToken);
    }

    public static async Task PutHistoryAsync(IObjectStore store, uint timeline, string content) =>
        await (await ArchiveAsync(store)).PutNoteAsync(History(timeline), System.Text.Encoding.ASCII.GetBytes(content), TestContext.Current.CancellationToken);
}
