using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Maps;
using Tidemark.Codecs.Age;
using Tidemark.Configuration;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;
using Tidemark.Tests.Repositories;
using Tidemark.Tests.Repositories.Packs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups;

/// <summary>A store, a writer, and backups of <see cref="TinyCluster"/>s by the writers of the program.</summary>
internal sealed class TinyBackup : IDisposable
{
    private const ulong System = 7_400_000_000_000_000_001;
    private static readonly DateTimeOffset Started = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <param name="store">Where.</param>
    /// <param name="identity">Whom it is encrypted to; null: nobody.</param>
    /// <param name="system">The identifier of the cluster.</param>
    public TinyBackup(IObjectStore store, AgeIdentity? identity = null, ulong system = System)
    {
        (Store, Identity) = (store, identity);
        Seals = new RepositoryKeys(identity is null ? EncryptionOptions.None : KeysAtHand.Options([identity], identity.ToSecretText()), [store]);
        Bases = new BaseStore(store, new BaseKeys(new IncarnationFolder("default", 1, system)), Seals);
        Writer = WriterKey.Ensure(State.Path);
    }

    public TempFolder State { get; } = new();

    public IObjectStore Store { get; }

    public AgeIdentity? Identity { get; }

    public RepositoryKeys Seals { get; }

    public BaseStore Bases { get; }

    public WriterKey Writer { get; }

    /// <summary>Packs of the latest backup.</summary>
    public IReadOnlyCollection<SealedPack> Packs { get; private set; } = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="cluster">What is backed up.</param>
    /// <param name="parent">Whose extents are used again where they are the same; null: nobody's.</param>
    /// <param name="parentCluster">What that was of.</param>
    /// <param name="told">Changes what the manifest says of the cluster; null: nothing.</param>
    public async Task<BaseManifest> TakeAsync(TinyCluster cluster, BaseManifest? parent = null, TinyCluster? parentCluster = null, Func<BaseManifest, BaseManifest>? told = null)
    {
        var id = BaseId.New(Started);
        await Bases.WriteAsync(id, new BaseIntent { Id = id.Text, Host = "here", Started = Started, Parent = parent?.Id }, Writer, Token);
        using var shelf = Bases.OpenShelf();
        var reader = new PageMapReader(shelf, PackBench.PageSize);
        var old = new Dictionary<string, MappedFile>(StringComparer.Ordinal);
        var oldLists = parent?.MapLists.Select(list => list.Place()).ToList() ?? [];
        foreach (var file in await FilesAsync(reader.ItemsAsync(oldLists, Token))) old[file.Path] = file;
        await using var uploads = new PackUploads(Store, Bases.Keys.Packs, Seals, 3, Token);
        using var data = new PackWriter(uploads, PackBench.PageSize);
        using var mapPacks = new PackWriter(uploads, PackBench.PageSize);
        using var encoder = new FrameEncoder(1);
        await using var map = new PageMapWriter(mapPacks, encoder, PackBench.PageSize, parent is null ? null : new ParentMap(oldLists, reader.ChunksAsync(oldLists, Token)));
        foreach (var (path, thing) in cluster.Things)
            await map.AddAsync(await MappedAsync(path, thing, old.GetValueOrDefault(path), parentCluster, data, encoder), Token);
        await data.SealAsync(Token);
        var lists = await map.CompleteAsync(Token);
        Packs = await uploads.CompleteAsync();
        var (start, stop) = (WalPoint.At(TimelineId.First, new Lsn(0x2000028), Started), WalPoint.At(TimelineId.First, new Lsn(0x2000150), Started.AddSeconds(2)));
        var manifest = new BaseManifest
        {
            Id = id.Text,
            Cluster = "default",
            SystemIdentifier = $"{System}",
            ServerVersion = 170010,
            BlockSize = PackBench.PageSize,
            WalSegmentBytes = 16 << 20,
            DataChecksums = true,
            From = BaseManifest.Primary,
            Type = parent is null ? BaseRefs.Full : BaseRefs.Increment,
            Parent = parent?.Id,
            Wal = new WalSpan { Start = start, Stop = stop },
            BackupLabel = "START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\n"u8.ToArray(),
            TablespaceMap = "16390 /srv/tables\n"u8.ToArray(),
            Control = TinyCluster.Control,
            FolderMode = 0b111_000_000,
            Tablespaces = [new BaseTablespace(16390, "/srv/tables")],
            Totals = new BaseTotals(cluster.Things.Values.Count(thing => thing.Bytes is not null), cluster.Things.Values.Sum(thing => (long)(thing.Bytes?.Length ?? 0)), 0, uploads.Stored),
            MapLists = [.. lists.Select(MapReference.To)],
        };
        if (told is not null) manifest = told(manifest);
        var needed = await NamedAsync(manifest);
        await Bases.WriteAsync(new BaseRefs { Id = id.Text, SystemIdentifier = manifest.SystemIdentifier, Type = manifest.Type, Parent = manifest.Parent, Wal = manifest.Wal, Packs = 0, PackBytes = 0, PackLines = "" }, needed, Writer, Token);
        await Bases.WriteAsync(manifest, Writer, Token);
        return manifest;
    }

    /// <summary>By our own reader: every file as it was, every other thing with its mode or target.</summary>
    public async Task<TinyCluster> RestoreAsync(BaseManifest manifest)
    {
        var cluster = new TinyCluster();
        using var shelf = Bases.OpenShelf();
        await foreach (var item in new PageMapReader(shelf, manifest.BlockSize).ItemsAsync(manifest.MapLists.Select(list => list.Place()), Token))
            switch (item)
            {
                case MappedFolder folder:
                    cluster.Things[folder.Path] = new TinyFile(null, folder.Mode);
                    break;
                case MappedLink link:
                    cluster.Things[link.Path] = new TinyFile(null, 0) { Target = link.Target };
                    break;
                case MappedFile file:
                    var bytes = new byte[file.Size];
                    cluster.Things[file.Path] = new TinyFile(bytes, file.Mode);
                    if (file.Bundle is { } place) (await FrameAsync(shelf, place.Pack, place.Frame)).AsSpan(place.Offset, bytes.Length).CopyTo(bytes);
                    else await FillAsync(shelf, bytes, 0, file.Runs);
                    break;
                case MappedPart part:
                    await FillAsync(shelf, cluster.Things[part.Path].Bytes!, part.FirstPage, part.Runs);
                    break;
            }
        return cluster;
    }

    public void Dispose() => State.Dispose();

    private static async Task<byte[]> FrameAsync(PackShelf shelf, PackPromise pack, int frame) => await (await shelf.OpenAsync(pack.Pack, Token)).ReadAsync(frame, Token);

    private static async Task FillAsync(PackShelf shelf, byte[] file, long page, IReadOnlyList<PageRun> runs)
    {
        foreach (var run in runs)
        {
            var raw = (await FrameAsync(shelf, run.Pack, run.Frame)).AsMemory(run.Within * PackBench.PageSize);
            var at = (int)(page * PackBench.PageSize);
            raw[..Math.Min(run.Pages * PackBench.PageSize, file.Length - at)].CopyTo(file.AsMemory(at));
            page += run.Pages;
        }
    }

    /// <summary>Every pack that its maps name, and those of the maps.</summary>
    private async Task<IEnumerable<SealedPack>> NamedAsync(BaseManifest manifest)
    {
        using var shelf = Bases.OpenShelf();
        var (reader, lists) = (new PageMapReader(shelf, manifest.BlockSize), manifest.MapLists.Select(list => list.Place()).ToList());
        var packs = lists.Select(list => list.Pack.Pack).ToHashSet();
        await foreach (var chunk in reader.ChunksAsync(lists, Token)) packs.Add(chunk.Place.Pack.Pack);
        await foreach (var item in reader.ItemsAsync(lists, Token))
            packs.UnionWith(item switch
            {
                MappedFile { Bundle: { } bundle } => [bundle.Pack.Pack],
                MappedFile file => file.Runs.Select(run => run.Pack.Pack),
                MappedPart part => part.Runs.Select(run => run.Pack.Pack),
                _ => [],
            });
        return packs;
    }

    /// <summary>Files with all their runs, the parts put together.</summary>
    private static async Task<List<MappedFile>> FilesAsync(IAsyncEnumerable<MapItem> items)
    {
        var files = new List<MappedFile>();
        await foreach (var item in items)
            if (item is MappedFile file) files.Add(file);
            else if (item is MappedPart part && files.FindIndex(one => one.Path == part.Path) is var at) files[at] = files[at] with { IsInParts = false, Runs = [.. files[at].Runs, .. part.Runs] };
        return files;
    }

    private static async Task<MapItem> MappedAsync(string path, TinyFile thing, MappedFile? old, TinyCluster? parent, PackWriter packs, FrameEncoder encoder)
    {
        if (thing.Target is { } target) return new MappedLink(path, target);
        if (thing.Bytes is not { } bytes) return new MappedFolder(path, thing.Mode);
        var file = new MappedFile(path, bytes.Length, thing.Mode, TinyFile.Modified);
        if (old is not null && parent!.Things[path].Bytes.AsSpan().SequenceEqual(bytes)) return old;
        if (bytes.Length is > 0 and < 8192)
        {
            // Behind another file, so that its offset is not 0.
            var place = await packs.AddAsync(encoder.Encode(new Bundle([new BundledFile("other", 5), new BundledFile(path, bytes.Length)]), [.. "other"u8, .. bytes]), Token);
            return file with { Bundle = new BundlePlace(place.Pack, place.Frame, 5) };
        }
        var runs = new List<PageRun>();
        foreach (var (piece, at) in bytes.Chunk(Extent.Largest).Select((piece, at) => (piece, at)))
        {
            var pages = (piece.Length + PackBench.PageSize - 1) / PackBench.PageSize;
            if (old is not null && Unchanged(parent!.Things[path].Bytes!, bytes, at) && Taken(old.Runs, at * 32L, pages) is { } kept) runs.AddRange(kept);
            else if (await packs.AddAsync(encoder.Encode(new Extent(path, [new PageSpan(at * 32L, pages)]), piece), Token) is var place) runs.Add(new PageRun(pages, place.Pack, place.Frame, 0));
        }
        return file with { Runs = runs };
    }

    private static bool Unchanged(byte[] before, byte[] now, int extent)
    {
        var from = extent * Extent.Largest;
        return before.Length == now.Length && before.AsSpan(from, Math.Min(Extent.Largest, now.Length - from)).SequenceEqual(now.AsSpan(from, Math.Min(Extent.Largest, now.Length - from)));
    }

    /// <summary>The runs of these pages.</summary>
    private static List<PageRun> Taken(IReadOnlyList<PageRun> runs, long first, int pages)
    {
        var (taken, page) = (new List<PageRun>(), 0L);
        foreach (var run in runs)
        {
            var (from, to) = (Math.Max(first, page), Math.Min(first + pages, page + run.Pages));
            if (from < to) taken.Add(run with { Pages = (int)(to - from), Within = run.Within + (int)(from - page) });
            page += run.Pages;
        }
        return taken;
    }
}
