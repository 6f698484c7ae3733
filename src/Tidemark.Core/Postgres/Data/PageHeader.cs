using System.Buffers.Binary;
using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Data;

/// <summary>What stands at the start of every page of a relation (PageHeaderData). Only read, not judged.</summary>
/// <param name="Lsn">End of the WAL record that changed the page last.</param>
/// <param name="Checksum">0 where the cluster has no checksums.</param>
/// <param name="Flags">PD_ALL_VISIBLE and others.</param>
/// <param name="Lower">Where free space begins.</param>
/// <param name="Upper">Where it ends; 0 on a page that was never used.</param>
/// <param name="Special">Where the index's own part begins.</param>
/// <param name="SizeAndVersion">Bytes of the page, and in the low byte the layout (4).</param>
internal readonly record struct PageHeader(Lsn Lsn, ushort Checksum, ushort Flags, ushort Lower, ushort Upper, ushort Special, ushort SizeAndVersion)
{
    public const int Length = 24, ChecksumAt = 8;

    /// <param name="page">At least <see cref="Length"/> bytes.</param>
    public static PageHeader Read(ReadOnlySpan<byte> page) => new(
        new Lsn(((ulong)BinaryPrimitives.ReadUInt32LittleEndian(page) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(page[4..])),
        At(page, ChecksumAt), At(page, 10), At(page, 12), At(page, 14), At(page, 16), At(page, 18));

    private static ushort At(ReadOnlySpan<byte> page, int at) => BinaryPrimitives.ReadUInt16LittleEndian(page[at..]);
}
