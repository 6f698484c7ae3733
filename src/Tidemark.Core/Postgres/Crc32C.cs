using System.Buffers.Binary;
using System.Numerics;

namespace Tidemark.Postgres;

/// <summary>The checksum of WAL records, of the control file, and of the files in a backup_manifest. In hardware where there is any.</summary>
internal static class Crc32C
{
    /// <summary>Of nothing; what was added last is inverted to be the sum.</summary>
    public const uint Start = 0xFFFFFFFF;

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Add(Start, bytes);

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
}
