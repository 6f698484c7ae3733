using System.Text.Json.Serialization;
using Tidemark.BaseBackups.Maps;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>The document that makes a base backup exist. It stays small however large the cluster is: what lies where is in the maps that it names.</summary>
internal sealed record BaseManifest : IBaseDocument
{
    public const string Primary = "primary", Standby = "standby";

    /// <summary>Bytes: page warnings are the only thing that may be many, and writers bound them.</summary>
    public const int Largest = 16 * 1024 * 1024;

    public static string Kind => "base manifest";

    public static int Known => 1;

    public string What { get; init; } = Kind;

    public int Format { get; init; } = Known;

    public required string Id { get; init; }

    public required string Cluster { get; init; }

    /// <summary>Decimal.</summary>
    public required string SystemIdentifier { get; init; }

    /// <summary>As server_version_num: 170010.</summary>
    public required int ServerVersion { get; init; }

    /// <summary>Bytes of a page: what the maps count in.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Of a segment.</summary>
    [JsonPropertyName("walSegmentSize")]
    public required int WalSegmentBytes { get; init; }

    /// <summary>Of pages. False: a flipped bit on the server was not seen while the backup was taken.</summary>
    public required bool DataChecksums { get; init; }

    /// <summary><see cref="Primary"/> or <see cref="Standby"/>.</summary>
    public required string From { get; init; }

    /// <summary><see cref="BaseRefs.Full"/> or <see cref="BaseRefs.Increment"/>.</summary>
    public required string Type { get; init; }

    public string? Parent { get; init; }

    public required WalSpan Wal { get; init; }

    /// <summary>Exactly as the server gave it; Base64 in JSON.</summary>
    public required byte[] BackupLabel { get; init; }

    /// <summary>Exactly as the server gave it; null: it gave none.</summary>
    public byte[]? TablespaceMap { get; init; }

    /// <summary>The file global/pg_control. It is in no map: it is written last.</summary>
    public required byte[] Control { get; init; }

    /// <summary>Of the data directory: permission bits.</summary>
    public required int FolderMode { get; init; }

    public IReadOnlyList<BaseTablespace> Tablespaces { get; init; } = [];

    /// <summary>Settings that recovery needs to be at least as high: max_connections …</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<BaseCollation> Collations { get; init; } = [];

    public required BaseTotals Totals { get; init; }

    /// <summary>Pages whose checksum was wrong on the server, read twice.</summary>
    public IReadOnlyList<PageWarning> PageWarnings { get; init; } = [];

    public required IReadOnlyList<MapReference> MapLists { get; init; }

    /// <summary>Anybody may have written it: what others reckon with must be what it can be.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public void Require()
    {
        if (BlockSize is < 1024 or > 32768 || !int.IsPow2(BlockSize)) throw new InvalidDataException($"its pages would have {BlockSize} bytes");
        if (!WalSegmentSize.IsOne(WalSegmentBytes)) throw new InvalidDataException($"its segments of WAL would have {WalSegmentBytes} bytes");
        if (Control.Length is 0 or > 65536) throw new InvalidDataException($"its control file would have {Control.Length} bytes");
        if (!Lsn.TryParse(Wal.Start.Lsn, out var start) || !Lsn.TryParse(Wal.Stop.Lsn, out var stop) || start > stop || Wal.Start.Timeline == 0 || Wal.Stop.Timeline < Wal.Start.Timeline)
            throw new InvalidDataException($"its WAL would go from {Wal.Start.Lsn} to {Wal.Stop.Lsn}");
        foreach (var list in MapLists) _ = (list ?? throw new InvalidDataException("a list of the map has no place")).Place();
    }
}

/// <param name="Oid">Its name under pg_tblspc.</param>
/// <param name="Path">Where it lay; null: in the data directory itself.</param>
internal sealed record BaseTablespace(uint Oid, string? Path);

/// <param name="Name">Of the database whose default it is.</param>
/// <param name="Provider">libc, icu or builtin.</param>
/// <param name="Version">By which indexes were built; another one on the restored host may break them. Null: it has none, or it is not known.</param>
internal sealed record BaseCollation(string Name, string Provider, string? Version);

/// <param name="Path">Of the file.</param>
/// <param name="Page">Its number in the file.</param>
/// <param name="Why">What was wrong.</param>
internal sealed record PageWarning(string Path, long Page, string Why);

/// <param name="Files">In the map.</param>
/// <param name="Bytes">Of these files.</param>
/// <param name="NewBytes">Of these, what this backup read and stored.</param>
/// <param name="StoredBytes">What it added to the store.</param>
internal sealed record BaseTotals(long Files, long Bytes, long NewBytes, long StoredBytes);

/// <summary>A <see cref="MapPlace"/> in JSON.</summary>
/// <param name="Pack">Its id.</param>
/// <param name="PackSize">Stored bytes.</param>
/// <param name="PackIndex">Hash of its index; hex.</param>
/// <param name="Frame">Its number there.</param>
/// <param name="Hash">Of the list; hex.</param>
/// <param name="Length">Bytes of the list.</param>
internal sealed record MapReference(string Pack, long PackSize, string PackIndex, int Frame, string Hash, int Length)
{
    public static MapReference To(MapPlace place) => new(place.Pack.Pack.Id, place.Pack.Pack.Size, place.Pack.Pack.Index.ToString(), place.Frame, place.Hash.ToString(), place.Length);

    /// <exception cref="InvalidDataException">It is none.</exception>
    public MapPlace Place() =>
        SealedPack.IsId(Pack) && PackSize is > 0 and <= SealedPack.Largest && Frame is >= 0 and < MapFormat.MostFrames && Length is > 0 and <= MapContent.Largest
            ? new MapPlace(new PackPromise(new SealedPack(Pack, PackSize, ContentHash.Parse(PackIndex))), Frame, ContentHash.Parse(Hash), Length)
            : throw new InvalidDataException("a list of the map has no place");
}
