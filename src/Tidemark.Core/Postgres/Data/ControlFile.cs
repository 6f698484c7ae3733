using System.Buffers.Binary;
using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Data;

/// <summary>What a cluster knows of itself: <c>global/pg_control</c> of 13 to 18, as little-endian 64-bit machines write it (pg_control.h, ControlFileData).</summary>
internal sealed record ControlFile
{
    public const string Path = "global/pg_control";

    /// <summary>Bytes of the file; all behind the structure are zero.</summary>
    public const int Length = 8192;

    // 13 to 16 write 1300. 17 put wal_level into a gap of the checkpoint, 18 a flag before the nonce: nothing that is read here moved.
    private const int VersionAt = 8, CheckpointAt = 32, CopyAt = 40, SumAtBefore18 = 288, SumAt18 = 292;

    /// <summary>In the first segment, which no cluster ever writes: initdb begins with the second.</summary>
    private static readonly Lsn Nowhere = new(WalPageHeader.LongLength);

    public required ulong SystemIdentifier { get; init; }

    /// <summary>Of this layout (PG_CONTROL_VERSION): 1300 for 13 to 16, 1700, 1800.</summary>
    public required uint Version { get; init; }

    /// <summary>Of the catalogues (CATALOG_VERSION_NO); the folders in tablespaces are named after it.</summary>
    public required uint CatalogVersion { get; init; }

    public required ClusterState State { get; init; }

    /// <summary>When it was last written, by the server's clock.</summary>
    public required DateTimeOffset Written { get; init; }

    public required ControlCheckpoint Checkpoint { get; init; }

    /// <summary>Recovery must get here before the data are consistent; none on a primary.</summary>
    public required Lsn MinRecoveryPoint { get; init; }

    /// <summary>Null where there is no such point.</summary>
    public required TimelineId? MinRecoveryTimeline { get; init; }

    public required Lsn BackupStart { get; init; }

    public required Lsn BackupEnd { get; init; }

    public required bool BackupEndRequired { get; init; }

    public required ReplaySettings Settings { get; init; }

    public required ClusterSizes Sizes { get; init; }

    /// <summary>0: pages carry no checksums.</summary>
    public required uint DataChecksumVersion { get; init; }

    /// <summary>Whether the checkpoint was invalidated by <see cref="WithoutCheckpoint"/>.</summary>
    public bool IsWithoutCheckpoint => Checkpoint.Location == Nowhere;

    /// <param name="bytes">The file's; what follows the structure need not be there.</param>
    /// <param name="why">Half a sentence; empty when there is a control file.</param>
    /// <returns>Null: none, for the reason given. A file that is read while the server writes it may have a wrong checksum: read it again.</returns>
    public static ControlFile? Read(ReadOnlySpan<byte> bytes, out string why)
    {
        why = Objection(bytes);
        return why.Length == 0 ? Fields(bytes) : null;
    }

    /// <summary>The same cluster, but with a checkpoint that cannot be found: with its backup_label a server starts from there as ever, without it, it refuses to start.</summary>
    /// <remarks>A restored cluster that lost its backup_label would otherwise start at a checkpoint from the middle of the backup, and be corrupt without a word.</remarks>
    /// <param name="bytes">A good control file.</param>
    public static byte[] WithoutCheckpoint(ReadOnlySpan<byte> bytes)
    {
        if (Objection(bytes) is { Length: > 0 } why) throw new ArgumentException(why, nameof(bytes));
        var written = new byte[Length];
        bytes[..Math.Min(bytes.Length, Length)].CopyTo(written);
        BinaryPrimitives.WriteUInt64LittleEndian(written.AsSpan(CheckpointAt), Nowhere.Value);
        var at = SumAt(BinaryPrimitives.ReadUInt32LittleEndian(bytes[VersionAt..]))!.Value;
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(at), Sum(written.AsSpan(0, at)));
        return written;
    }

    private static string Objection(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SumAt18 + sizeof(uint)) return $"it has {bytes.Length} bytes";
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[VersionAt..]);
        if (SumAt(version) is { } at)
            return Sum(bytes[..at]) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) ? "" : "its checksum is wrong";
        return version % 0x10000 == 0 && version != 0 ? "it was written by a machine with another order of bytes"
            : $"its version is {version}, which no PostgreSQL from 13 to 18 writes";
    }

    private static int? SumAt(uint version) => version switch
    {
        1300 or 1700 => SumAtBefore18,
        1800 => SumAt18,
        _ => null,
    };

    private static uint Sum(ReadOnlySpan<byte> bytes) => ~Crc32C.Add(Crc32C.Start, bytes);

    private static ControlFile Fields(ReadOnlySpan<byte> bytes) => new()
    {
        SystemIdentifier = BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        Version = Number(bytes, VersionAt),
        CatalogVersion = Number(bytes, 12),
        State = (ClusterState)Number(bytes, 16),
        Written = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[24..])),
        Checkpoint = ControlCheckpoint.Read(Place(bytes, CheckpointAt), bytes[CopyAt..]),
        MinRecoveryPoint = Place(bytes, 136),
        MinRecoveryTimeline = Number(bytes, 144) is var timeline and not 0 ? new TimelineId(timeline) : null,
        BackupStart = Place(bytes, 152),
        BackupEnd = Place(bytes, 160),
        BackupEndRequired = bytes[168] != 0,
        Settings = ReplaySettings.Read(bytes[172..]),
        Sizes = ClusterSizes.Read(bytes[204..]),
        DataChecksumVersion = Number(bytes, 252),
    };

    private static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static Lsn Place(ReadOnlySpan<byte> bytes, int at) => new(BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
}
