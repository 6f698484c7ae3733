using System.Buffers.Binary;
using System.Numerics;

namespace Tidemark.Postgres.Wal;

/// <summary>Which cluster wrote a segment, and in what sizes: from the long header of its first page.</summary>
/// <remarks><c>PageBytes</c> (XLOG_BLCKSZ) are 8192 unless the server was built otherwise.</remarks>
internal sealed record WalIdentity(int Major, ulong SystemIdentifier, WalSegmentSize SegmentSize, int PageBytes)
{
    private const int SmallestPage = 1 << 10, LargestPage = 1 << 16;

    /// <param name="page">At least <see cref="WalPageHeader.LongLength"/> bytes.</param>
    /// <param name="why">Half a sentence; empty when there is an identity.</param>
    /// <returns>Null: no header of a segment, for the reason given.</returns>
    public static WalIdentity? Read(ReadOnlySpan<byte> page, out string why)
    {
        why = "";
        var header = WalPageHeader.Read(page);
        if (WalMagic.MajorOf(header.Magic) is not { } major) why = $"its magic is {header.Magic:X4}, which no PostgreSQL from 13 to 18 writes";
        else if (!header.Long) why = "its first page has no long header";
        else
        {
            var segment = BinaryPrimitives.ReadUInt32LittleEndian(page[32..]);
            var block = BinaryPrimitives.ReadUInt32LittleEndian(page[36..]);
            if (!WalSegmentSize.IsOne(segment)) why = $"its header says segments of {segment} bytes";
            else if (block is < SmallestPage or > LargestPage || !BitOperations.IsPow2(block)) why = $"its header says pages of {block} bytes";
            else return new WalIdentity(major, BinaryPrimitives.ReadUInt64LittleEndian(page[24..]), new WalSegmentSize((int)segment), (int)block);
        }
        return null;
    }
}
