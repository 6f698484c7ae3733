using System.Buffers.Binary;

namespace Tidemark.Postgres.Wal;

/// <summary>CRC-32C of a record: what follows its header first, then the header up to the checksum itself.</summary>
internal static class WalChecksum
{
    private const int Covered = 20;

    /// <param name="sum">Of all that follows the header.</param>
    /// <param name="header">From the record's first byte.</param>
    public static bool Matches(uint sum, ReadOnlySpan<byte> header) =>
        ~Crc32C.Add(sum, header[..Covered]) == BinaryPrimitives.ReadUInt32LittleEndian(header[Covered..]);
}
