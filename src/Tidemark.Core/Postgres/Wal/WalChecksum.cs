using System.Buffers.Binary;
using System.Numerics;

namespace Tidemark.Postgres.Wal;

/// <summary>CRC-32C of a record: what follows its header first, then the header up to the checksum itself. In hardware where there is any.</summary>
internal static class WalChecksum
{
    public const uint Start = 0xFFFFFFFF;

    private const int Covered = 20;

    public static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var single in bytes) sum = BitOperations.Crc32C(sum, single);
        return sum;
    }

    /// <param name="sum">Of all that follows the header.</param>
    /// <param name="header">From the record's first byte.</param>
    public static bool Matches(uint sum, ReadOnlySpan<byte> header) =>
        ~Add(sum, header[..Covered]) == BinaryPrimitives.ReadUInt32LittleEndian(header[Covered..]);
}
