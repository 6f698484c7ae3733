using System.Buffers.Binary;

namespace Tidemark.Postgres.Wal;

/// <summary>Takes a record apart: the pages it changes, and where its own data begins (xlogrecord.h, DecodeXLogRecord).</summary>
internal sealed class WalBlockReader
{
    private const int MostBlocks = 33;
    private const byte DataShort = 255, DataLong = 254, Origin = 253, TopTransaction = 252;
    private const int HasImage = 0x10, HasData = 0x20, SameRelation = 0x80;

    private readonly WalBlock[] blocks = new WalBlock[MostBlocks];
    private int count;

    public ReadOnlySpan<WalBlock> Blocks => blocks.AsSpan(0, count);

    /// <summary>Bytes at the end of the record that belong to no page.</summary>
    public uint DataLength { get; private set; }

    /// <param name="record">From its first byte; may be cut short behind its headers.</param>
    /// <param name="length">As its header says.</param>
    /// <param name="major">That wrote it.</param>
    /// <returns>Null: taken apart; else what is wrong with it.</returns>
    public string? Read(ReadOnlySpan<byte> record, uint length, int major)
    {
        const string Short = "its parts are longer than the record";
        count = 0;
        DataLength = 0;
        var at = WalRecord.HeaderLength;
        long payload = 0;
        var last = -1;
        WalBlock relation = default;
        var known = false;
        while (length - at > payload)
        {
            if (at >= record.Length) return Short;
            var id = record[at++];
            if (id == DataShort)
            {
                if (record.Length - at < 1) return Short;
                DataLength = record[at++];
                payload += DataLength;
                break;
            }
            if (id == DataLong)
            {
                if (record.Length - at < 4) return Short;
                DataLength = BinaryPrimitives.ReadUInt32LittleEndian(record[at..]);
                at += 4;
                payload += DataLength;
                break;
            }
            if (id is Origin or TopTransaction)
            {
                at += id == Origin ? 2 : 4;
                continue;
            }
            if (id >= MostBlocks || id <= last) return $"it has a part of the unknown or repeated number {id}";
            last = id;
            if (record.Length - at < 3) return Short;
            var flags = record[at];
            var data = BinaryPrimitives.ReadUInt16LittleEndian(record[(at + 1)..]);
            at += 3;
            if ((flags & HasData) != 0 != (data > 0)) return "it says of a page both that it has data and that it has none";
            payload += data;
            ushort image = 0;
            var applied = false;
            if ((flags & HasImage) != 0)
            {
                if (record.Length - at < 5) return Short;
                image = BinaryPrimitives.ReadUInt16LittleEndian(record[at..]);
                var kind = record[at + 4];
                at += 5;
                payload += image;
                // 15 made room for more ways to compress, and moved the two bits.
                var compressed = (kind & (major >= 15 ? 0x1C : 0x02)) != 0;
                applied = (kind & (major >= 15 ? 0x02 : 0x04)) != 0;
                if (compressed && (kind & 0x01) != 0) at += 2;
            }
            if ((flags & SameRelation) == 0)
            {
                if (record.Length - at < 12) return Short;
                relation = new WalBlock(
                    BinaryPrimitives.ReadUInt32LittleEndian(record[at..]), BinaryPrimitives.ReadUInt32LittleEndian(record[(at + 4)..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(record[(at + 8)..]), 0, 0, 0, false);
                at += 12;
                known = true;
            }
            else if (!known) return "its first page says that it is of the same relation as the one before";
            if (record.Length - at < 4) return Short;
            blocks[count++] = relation with { Fork = (byte)(flags & 0x0F), Number = BinaryPrimitives.ReadUInt32LittleEndian(record[at..]), ImageBytes = image, Applied = applied };
            at += 4;
        }
        return length - at == payload ? null : Short;
    }
}
