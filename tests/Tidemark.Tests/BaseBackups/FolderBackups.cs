using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Maps;
using Tidemark.Postgres;
using Tidemark.Postgres.Data;
using Tidemark.Repositories.Packs;
using Tidemark.Tests.Repositories.Packs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups;

/// <summary>A data folder on this disk, and copies of it in a store by the parts of the program that read, compare and store.</summary>
internal sealed class FolderBackups(bool isSealed = false) : IDisposable
{
    private readonly PackBench bench = new(isSealed);

    public TempFolder Data { get; } = new();

    public PackBench Bench => bench;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static ClusterFacts Facts { get; } = new()
    {
        SystemIdentifier = 7,
        Version = new ServerVersion(170010),
        CatalogVersion = 202406281,
        DataFolder = "/data",
        FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
        PageBytes = PackBench.PageSize,
        SegmentPages = 131072,
        WalSegmentBytes = 16 << 20,
        HasChecksums = false,
        IsStandby = false,
        Started = 0,
        Port = 5432,
        Collations = [],
        Tablespaces = [],
    };

    /// <param name="parent">Whose packs are used again; null: nobody's.</param>
    /// <param name="left">Frames that belong to nobody; null: there are none.</param>
    /// <param name="isKilled">It ends before its map is whole.</param>
    public async Task<FolderCopy> TakeAsync(FolderCopy? parent = null, LeftFrames? left = null, bool isKilled = false)
    {
        await using var uploads = new PackUploads(bench.Store, bench.Folder, bench.Keys, 3, Token);
        using var packs = new PackWriter(uploads, PackBench.PageSize);
        using var mapPacks = new PackWriter(uploads, PackBench.PageSize);
        using var encoder = new FrameEncoder(1);
        using var shelf = new PackShelf(bench.Place, bench.Keys);
        var (reader, lists) = (new PageMapReader(shelf, PackBench.PageSize), parent?.Lists ?? []);
        await using var before = parent is null ? null : new ParentFiles(reader.ItemsAsync(lists, Token), PackBench.PageSize);
        await using var map = new PageMapWriter(mapPacks, encoder, PackBench.PageSize, parent is null ? null : new ParentMap(lists, reader.ChunksAsync(lists, Token)));
        var copy = new ClusterCopy(Facts, map, before);
        await using var files = new LocalClusterFiles(Data.Path);
        var copiers = Enumerable.Range(0, 3).Select(_ => new PieceCopier(new LocalClusterFiles(Data.Path), null, new FrameEncoder(1), packs, new KnownFrames(shelf, left ?? new LeftFrames()), PackBench.PageSize, _ => { })).ToList();
        try
        {
            await copy.RunAsync(new ClusterListing(files, new BackupSelection(Facts.VersionFolder, [])), copiers, Token);
            await packs.SealAsync(Token);
            if (isKilled) return new FolderCopy([], [], [.. await uploads.CompleteAsync()], 0, []);
            var made = await map.CompleteAsync(Token);
            return new FolderCopy(made, [.. map.Packs], [.. await uploads.CompleteAsync()], copiers.Sum(copier => copier.NewBytes), [.. copiers.SelectMany(copier => copier.Unreadable).Distinct()]);
        }
        finally
        {
            foreach (var copier in copiers) await copier.DisposeAsync();
        }
    }

    /// <summary>All files, as the map tells them.</summary>
    public async Task<Dictionary<string, byte[]>> RestoreAsync(FolderCopy copy) => (await MappedContent.ReadAsync(bench, copy.Lists, Token)).Files;

    /// <summary>All files, as they are on the disk.</summary>
    public Dictionary<string, byte[]> Files() => Directory.EnumerateFiles(Data.Path, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(Data.Path, path), File.ReadAllBytes, StringComparer.Ordinal);

    public void Put(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Data[path])!);
        File.WriteAllBytes(Data[path], bytes);
    }

    public void Dispose()
    {
        Data.Dispose();
        bench.Dispose();
    }
}

/// <param name="Lists">Of its map.</param>
/// <param name="Packs">That it says it needs.</param>
/// <param name="Sent">That it brought.</param>
/// <param name="NewBytes">That the store did not have.</param>
/// <param name="Unreadable">Packs of its parent.</param>
internal sealed record FolderCopy(IReadOnlyList<MapPlace> Lists, IReadOnlyList<SealedPack> Packs, IReadOnlyList<SealedPack> Sent, long NewBytes, IReadOnlyList<string> Unreadable);
