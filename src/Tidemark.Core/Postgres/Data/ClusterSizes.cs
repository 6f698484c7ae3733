using System.Buffers.Binary;

namespace Tidemark.Postgres.Data;

/// <summary>What the server was built and initialised with: another server opens the data only where these are the same.</summary>
/// <param name="MaxAlign">Bytes: 8 on 64-bit machines.</param>
/// <param name="FloatFormatIsOurs">Whether 1234567.0 is the bytes that it is here.</param>
/// <param name="PageBytes">BLCKSZ: 8192 unless built otherwise.</param>
/// <param name="SegmentPages">Pages in each file of a large relation: 131072, so 1 GiB.</param>
/// <param name="WalPageBytes">XLOG_BLCKSZ.</param>
/// <param name="WalSegmentBytes">Of each file of the write-ahead log.</param>
/// <param name="Float8ByValue">Wide values are passed by value.</param>
internal sealed record ClusterSizes(int MaxAlign, bool FloatFormatIsOurs, int PageBytes, int SegmentPages, int WalPageBytes, int WalSegmentBytes, bool Float8ByValue)
{
    private const double FloatFormat = 1234567.0;

    /// <param name="bytes">From <c>maxAlign</c> on.</param>
    public static ClusterSizes Read(ReadOnlySpan<byte> bytes) => new(
        At(bytes, 0),
        BinaryPrimitives.ReadDoubleLittleEndian(bytes[4..]).Equals(FloatFormat),
        At(bytes, 12), At(bytes, 16), At(bytes, 20), At(bytes, 24),
        bytes[44] != 0);

    private static int At(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
}
