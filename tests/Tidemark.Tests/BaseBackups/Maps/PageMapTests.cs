using CsCheck;
using Tidemark.BaseBackups.Maps;
using Tidemark.Codecs.Age;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Repositories.Packs;

namespace Tidemark.Tests.BaseBackups.Maps;

public sealed class PageMapTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_backed_up_comes_back(bool isSealed)
    {
        using var backup = new TinyBackup(new MemoryObjectStore(TimeProvider.System), isSealed ? AgeIdentity.Generate() : null);
        var cluster = TinyCluster.Make();
        Same(cluster, await backup.RestoreAsync(await backup.TakeAsync(cluster)));
    }

    [Fact]
    public async Task A_file_of_several_parts_comes_back()
    {
        using var backup = new TinyBackup(new MemoryObjectStore(TimeProvider.System));
        var cluster = TinyCluster.Make(largest: (65 << 20) + 17);
        Same(cluster, await backup.RestoreAsync(await backup.TakeAsync(cluster)));
    }

    [Fact]
    public async Task What_did_not_change_is_shared_with_the_parent_and_the_child_restores_by_itself()
    {
        using var backup = new TinyBackup(new MemoryObjectStore(TimeProvider.System));
        var (cluster, later) = (TinyCluster.Make(), TinyCluster.Make());
        var parent = await backup.TakeAsync(cluster);
        // Data, chunks, and the lists that name the packs of chunks.
        Assert.Equal(3, backup.Packs.Count);
        var same = await backup.TakeAsync(later, parent, cluster);
        Assert.Empty(backup.Packs);
        Assert.Equal(parent.MapLists, same.MapLists);
        later.Things["base/5/16384"].Bytes![300_000] ^= 1;
        later.Things["base/1/2"] = new TinyFile([1]);
        later.Things.Remove("base/1/1500");
        var child = await backup.TakeAsync(later, same, cluster);
        // One extent, one bundle; a chunk of names or two, one part, one list.
        Assert.InRange(await FramesAsync(backup), 5, 7);
        Same(later, await backup.RestoreAsync(child));
        Same(cluster, await backup.RestoreAsync(same));
    }

    [Fact]
    public async Task A_pack_of_the_map_that_is_damaged_or_gone_is_a_fault_that_names_it()
    {
        var store = new MemoryObjectStore(TimeProvider.System);
        using var backup = new TinyBackup(store);
        var cluster = TinyCluster.Make(300_000);
        var (manifest, unseen) = (await backup.TakeAsync(cluster), 0);
        var key = backup.Bases.Keys.Packs.Key(manifest.MapLists[0].Pack);
        var whole = (await WholeObject.ReadAsync(store, key, 100_000_000, Token))!;
        for (var at = 0; at < whole.Length; at += 1 + (whole.Length / 200))
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            await store.PutAsync(key, damaged, PutMode.Replace, Token);
            try
            {
                Same(cluster, await backup.RestoreAsync(manifest));
                // zstd has bits that nobody reads: what comes out is the same, and verify, which reads the pack whole, sees them.
                unseen++;
            }
            catch (Fault seen)
            {
                Assert.Equal(FaultCode.Verification, seen.Code);
                Assert.Contains(manifest.MapLists[0].Pack, seen.Where, StringComparison.Ordinal);
            }
        }
        Assert.InRange(unseen, 0, 3);
        await store.DeleteAsync(key, Token);
        Assert.Equal(FaultCode.Verification, (await Assert.ThrowsAsync<Fault>(() => backup.RestoreAsync(manifest))).Code);
    }

    [Fact]
    public void Any_chunk_of_names_makes_the_round_trip() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 1 << 20], Gen.Int[0, 0xFFF], Gen.Long, Gen.Int[0, 5]).Array[1, 60].Sample(seeds =>
        {
            var packs = Enumerable.Range(0, 6).Select(at => new PackPromise(new SealedPack(Convert.ToHexStringLower(MadePages.Of(32, (ulong)at)), 1000 + at, ContentHash.Of([(byte)at])))).ToArray();
            var items = seeds.Select((seed, at) => Item($"base/5/{at:D4}", seed, packs)).ToList();
            Assert.Equal(items.Select(Told), NameChunk.Read(NameChunk.Write(items), PackBench.PageSize).Select(Told));
        }, iter: 300);

    [Fact]
    public void Any_bytes_are_a_chunk_or_refused_and_cost_little() =>
        Gen.Select(Gen.Int[0, 4], Gen.Byte.Array[0, 300]).Sample((kind, bytes) =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var read in new Action<byte[]>[] { raw => NameChunk.Read(raw, 8192), raw => PartChunk.Read(raw), raw => MapList.Read(raw) })
                try
                {
                    read([(byte)kind, .. bytes]);
                }
                catch (InvalidDataException)
                {
                    // Refused.
                }
            return GC.GetAllocatedBytesForCurrentThread() - before < 16_000_000;
        }, iter: 5_000, threads: 1);

    /// <summary>One run, and no pack that it could lie in.</summary>
    [Fact]
    public void A_run_without_any_pack_is_refused() => Assert.Throws<InvalidDataException>(() => PartChunk.Read([(byte)MapFormat.Part, 0, 1, (byte)'a', 0, 1, 1, 1, 0, 0, 0]));

    [Fact]
    public async Task Names_out_of_order_and_runs_that_do_not_tell_the_file_are_not_written()
    {
        using var bench = new PackBench(isSealed: false);
        await using var uploads = new PackUploads(bench.Store, bench.Folder, bench.Keys, 3, Token);
        using var packs = new PackWriter(uploads, PackBench.PageSize);
        using var encoder = new FrameEncoder(1);
        await using var map = new PageMapWriter(packs, encoder, PackBench.PageSize, null);
        await map.AddAsync(new MappedFolder("base", 448), Token);
        await map.AddAsync(new MappedFolder("base/1", 448), Token);
        await Assert.ThrowsAsync<ArgumentException>(() => map.AddAsync(new MappedFolder("base-x", 448), Token));
        await Assert.ThrowsAsync<ArgumentException>(() => map.AddAsync(new MappedFile("base/2", 1, 0, 0), Token));
    }

    private static async Task<int> FramesAsync(TinyBackup backup)
    {
        using var shelf = backup.Bases.OpenShelf();
        var frames = 0;
        foreach (var pack in backup.Packs) frames += (await shelf.OpenAsync(pack, Token)).Index.Frames.Count;
        return frames;
    }

    private static void Same(TinyCluster expected, TinyCluster found)
    {
        Assert.Equal(expected.Things.Keys, found.Things.Keys);
        foreach (var (path, thing) in expected.Things)
        {
            Assert.True(thing.Bytes.AsSpan().SequenceEqual(found.Things[path].Bytes), path);
            Assert.Equal((thing.Mode, thing.Target), (found.Things[path].Mode, found.Things[path].Target));
        }
    }

    private static MapItem Item(string path, (int Pages, int Size, int Mode, long Modified, int Kind) seed, PackPromise[] packs) => seed.Kind switch
    {
        0 => new MappedFolder(path, seed.Mode),
        1 => new MappedLink(path, $"/somewhere/{seed.Size}"),
        2 => new MappedFile(path, seed.Size, seed.Mode, seed.Modified) { IsInParts = true },
        3 => new MappedFile(path, seed.Size, seed.Mode, seed.Modified) { Bundle = new BundlePlace(packs[seed.Pages % 6], seed.Pages, seed.Pages * 7) },
        _ => new MappedFile(path, seed.Pages * 8192L, seed.Mode, seed.Modified) { Runs = [.. Enumerable.Range(0, seed.Pages).Select(at => new PageRun(1, packs[(at * seed.Kind) % 6], (seed.Size + (at * at)) % 2048, at % 32))] },
    };

    private static string Told(MapItem item) => item is MappedFile file
        ? $"{file with { Runs = [], Bundle = null }} {file.Bundle?.Pack.Pack} {file.Bundle?.Frame} {file.Bundle?.Offset} {string.Join(',', file.Runs.Select(run => $"{run.Pages} {run.Pack.Pack} {run.Frame} {run.Within}"))}"
        : $"{item}";
}
