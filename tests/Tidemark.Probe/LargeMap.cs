using System.Globalization;
using Tidemark.BaseBackups.Maps;
using Tidemark.Configuration;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Storage.Local;

namespace Tidemark.Probe;

/// <summary>The maps of a cluster that does not exist: files of 1 GiB, each of 4096 extents, and a child of it in which some extents changed. What is measured is the memory of this process.</summary>
internal static class LargeMap
{
    private const int PageSize = 8192, ExtentPages = 32, Extents = 4096, FramesAPack = 800;

    /// <param name="folder">An empty one.</param>
    /// <param name="files">How many: 10,240 are 10 TiB.</param>
    /// <param name="changedEvery">Of the child: each so manieth extent is another; 0: there is no child.</param>
    public static async Task RunAsync(string folder, int files, int changedEvery)
    {
        await using var store = new LocalObjectStore(folder);
        var place = new PackPlace(store, new PackFolder("clusters/default/01-7/"));
        var keys = new RepositoryKeys(EncryptionOptions.None, [store]);
        var parent = await WriteAsync(place, keys, files, null, 0);
        Say("written", parent.Count);
        var child = changedEvery == 0 ? parent : await WriteAsync(place, keys, files, parent, changedEvery);
        Say("child written", child.Count);
        using var shelf = new PackShelf(place, keys);
        var pages = 0L;
        await foreach (var item in new PageMapReader(shelf, PageSize).ItemsAsync(child, CancellationToken.None))
            if (item is MappedPart part) pages += part.Runs.Sum(run => (long)run.Pages);
        if (pages != (long)files * Extents * ExtentPages) throw new InvalidDataException($"{pages} pages were read");
        Say("read", child.Count);
    }

    private static async Task<IReadOnlyList<MapPlace>> WriteAsync(PackPlace place, RepositoryKeys keys, int files, IReadOnlyList<MapPlace>? parent, int changedEvery)
    {
        await using var uploads = new PackUploads(place.Store, place.Folder, keys, 3, CancellationToken.None);
        using var packs = new PackWriter(uploads, PageSize);
        using var encoder = new FrameEncoder(3);
        using var shelf = new PackShelf(place, keys);
        var reader = new PageMapReader(shelf, PageSize);
        await using var before = parent is null ? null : new ParentFiles(reader.ItemsAsync(parent, CancellationToken.None), PageSize);
        await using var map = new PageMapWriter(packs, encoder, PageSize, parent is null ? null : new ParentMap(parent, reader.ChunksAsync(parent, CancellationToken.None)));
        await map.AddAsync(new MappedFolder("base", 448), CancellationToken.None);
        await map.AddAsync(new MappedFolder("base/5", 448), CancellationToken.None);
        var (frame, pack, all) = (0L, default(PackPromise)!, 0L);
        foreach (var path in Enumerable.Range(0, files).Select(number => string.Create(CultureInfo.InvariantCulture, $"base/5/{16384 + (number / 64)}.{number % 64:D2}")))
        {
            var old = before is null ? null : await before.FindAsync(path) ?? throw new InvalidDataException($"{path} is not in the parent");
            var runs = new List<PageRun>(Extents);
            for (var extent = 0; extent < Extents; extent++, all++)
                if (old is not null && all % changedEvery != 0) runs.Add(old.Runs[extent]);
                else
                {
                    if (frame % FramesAPack == 0) pack = new PackPromise(MadePack(frame / FramesAPack, parent is null));
                    runs.Add(new PageRun(ExtentPages, pack, (int)(frame++ % FramesAPack), 0));
                }
            await map.AddAsync(new MappedFile(path, (long)Extents * ExtentPages * PageSize, 384, 1_700_000_000_000_000 + all) { Runs = runs }, CancellationToken.None);
        }
        var lists = await map.CompleteAsync(CancellationToken.None);
        await uploads.CompleteAsync();
        Console.WriteLine($"map: {uploads.Stored} bytes, {map.Packs.Count} packs named");
        return lists;
    }

    private static SealedPack MadePack(long number, bool isFirst)
    {
        var id = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([isFirst ? (byte)1 : (byte)2, .. BitConverter.GetBytes(number)]));
        return new SealedPack(id, 32 << 20, ContentHash.Of(Convert.FromHexString(id)));
    }

    private static void Say(string what, int lists) =>
        Console.WriteLine($"{what}: {lists} lists; peak {File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]} KiB");
}
