using System.Globalization;
using System.Security.Cryptography;
using Tidemark.BaseBackups.Maps;
using Tidemark.Configuration;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Storage.Local;

namespace Tidemark.Probe;

/// <summary>The maps of a cluster that does not exist: files of 1 GiB, each of 4096 extents, and a child of it in which some extents changed. What is measured is the memory of this process.</summary>
/// <param name="Lists">Of the map.</param>
/// <param name="Packs">That it needs.</param>
internal sealed record LargeMap(IReadOnlyList<MapPlace> Lists, IReadOnlyCollection<SealedPack> Packs)
{
    public const int PageSize = 8192, ExtentPages = 32, Extents = 4096, FramesAPack = 800;

    /// <param name="folder">An empty one.</param>
    /// <param name="files">How many: 10,240 are 10 TiB.</param>
    /// <param name="changedEvery">Of the child: each so manieth extent is another; 0: there is no child.</param>
    public static async Task RunAsync(string folder, int files, int changedEvery)
    {
        await using var store = new LocalObjectStore(folder);
        var place = new PackPlace(store, new PackFolder("clusters/default/01-7/"));
        var keys = new RepositoryKeys(EncryptionOptions.None, [store]);
        var parent = await WriteAsync(place, keys, files, null, 0);
        Say("written", parent);
        var child = changedEvery == 0 ? parent : await WriteAsync(place, keys, files, parent, changedEvery);
        Say("child written", child);
        using var shelf = new PackShelf(place, keys);
        var pages = 0L;
        await foreach (var item in new PageMapReader(shelf, PageSize).ItemsAsync(child.Lists, CancellationToken.None))
            if (item is MappedPart part) pages += part.Runs.Sum(run => (long)run.Pages);
        if (pages != (long)files * Extents * ExtentPages) throw new InvalidDataException($"{pages} pages were read");
        Say("read", child);
    }

    /// <param name="place">Where the map goes.</param>
    /// <param name="keys">Seal it.</param>
    /// <param name="files">How many.</param>
    /// <param name="parent">Null: every extent is new.</param>
    /// <param name="changedEvery">Each so manieth extent is another than the parent's.</param>
    /// <param name="last">Where the new extents of the last file really lie; null: nowhere.</param>
    public static async Task<LargeMap> WriteAsync(PackPlace place, RepositoryKeys keys, int files, LargeMap? parent, int changedEvery, IReadOnlyDictionary<int, PageRun>? last = null)
    {
        await using var uploads = new PackUploads(place.Store, place.Folder, keys, 3, CancellationToken.None);
        using var packs = new PackWriter(uploads, PageSize);
        using var encoder = new FrameEncoder(3);
        using var shelf = new PackShelf(place, keys);
        var reader = new PageMapReader(shelf, PageSize);
        await using var before = parent is null ? null : new ParentFiles(reader.ItemsAsync(parent.Lists, CancellationToken.None), PageSize);
        await using var map = new PageMapWriter(packs, encoder, PageSize, parent is null ? null : new ParentMap(parent.Lists, reader.ChunksAsync(parent.Lists, CancellationToken.None)));
        await map.AddAsync(new MappedFolder("base", 448), CancellationToken.None);
        await map.AddAsync(new MappedFolder("base/5", 448), CancellationToken.None);
        var (frame, pack, all) = (0L, default(PackPromise)!, 0L);
        for (var number = 0; number < files; number++)
        {
            var path = PathOf(number);
            var old = before is null ? null : await before.FindAsync(path) ?? throw new InvalidDataException($"{path} is not in the parent");
            var runs = new List<PageRun>(Extents);
            for (var extent = 0; extent < Extents; extent++, all++)
                if (old is not null && all % changedEvery != 0) runs.Add(old.Runs[extent]);
                else if (last is not null && number == files - 1) runs.Add(last[extent]);
                else
                {
                    if (frame % FramesAPack == 0) pack = new PackPromise(MadePack(frame / FramesAPack, parent is null ? 0 : 1));
                    runs.Add(new PageRun(ExtentPages, pack, (int)(frame++ % FramesAPack), 0));
                }
            await map.AddAsync(new MappedFile(path, (long)Extents * ExtentPages * PageSize, 384, 1_700_000_000_000_000 + all) { Runs = runs }, CancellationToken.None);
        }
        var lists = await map.CompleteAsync(CancellationToken.None);
        await uploads.CompleteAsync();
        Console.WriteLine($"map: {uploads.Stored} bytes, {map.Packs.Count} packs named");
        return new LargeMap(lists, map.Packs);
    }

    public static string PathOf(int number) => string.Create(CultureInfo.InvariantCulture, $"base/5/{16384 + (number / 64)}.{number % 64:D2}");

    /// <summary>One that is nowhere but in names.</summary>
    /// <param name="number">Counts those of a backup.</param>
    /// <param name="backup">0: the full one.</param>
    public static SealedPack MadePack(long number, int backup)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData([.. BitConverter.GetBytes(backup), .. BitConverter.GetBytes(number)]));
        return new SealedPack(id, 32 << 20, ContentHash.Of(Convert.FromHexString(id)));
    }

    private static void Say(string what, LargeMap map) => Console.WriteLine($"{what}: {map.Lists.Count} lists; {Peak.InWords}");
}
