using System.Buffers.Binary;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Support;

/// <summary>Writes into pages of WAL what a server would.</summary>
internal static class WalPages
{
    /// <summary>Gives a record the checksum that fits: bit by bit, by the definition of CRC-32C (polynomial 0x82F63B78, reflected).</summary>
    public static void Seal(Span<byte> record)
    {
        var sum = uint.MaxValue;
        foreach (var part in record[24..]) sum = Add(sum, part);
        foreach (var part in record[..20]) sum = Add(sum, part);
        BinaryPrimitives.WriteUInt32LittleEndian(record[20..], ~sum);
    }

    /// <summary>Makes of this page the one with which a server goes on after a crash: the record that began at a place before is lost. Nothing follows.</summary>
    public static void Overwrite(Span<byte> page, Lsn lost, Lsn previous)
    {
        page[24..8192].Clear();
        page[2] = 8;
        page[3] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(page[16..], 0);
        var record = page.Slice(24, 42);
        BinaryPrimitives.WriteUInt32LittleEndian(record, 42);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], previous.Value);
        record[16] = 0xD0;
        record[24] = 255;
        record[25] = 16;
        BinaryPrimitives.WriteUInt64LittleEndian(record[26..], lost.Value);
        Seal(record);
    }

    private static uint Add(uint sum, byte part)
    {
        sum ^= part;
        for (var bit = 0; bit < 8; bit++) sum = (sum & 1) != 0 ? (sum >> 1) ^ 0x82F63B78 : sum >> 1;
        return sum;
    }
}
