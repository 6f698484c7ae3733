using System.Collections.Concurrent;
using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Maps;
using Tidemark.Postgres.Data;
using Tidemark.Repositories.Packs;
using Tidemark.Tests.Repositories.Packs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups;

public sealed class ClusterCopyTests : IDisposable
{
    private const int Stretch = CopyPiece.Longest;

    private readonly TempFolder data = new();
    private readonly PackBench bench = new(isSealed: false);
    private readonly Dictionary<string, byte[]> expected = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Action> onRead = new(StringComparer.Ordinal);

    private static readonly ClusterFacts Facts = FolderBackups.Facts with { Tablespaces = [new ClusterTablespace(16400, "far", "/far/away")] };

    public void Dispose()
    {
        data.Dispose();
        bench.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Everything_comes_back_as_it_was_read_whatever_moved_meanwhile(int workers)
    {
        Put("PG_VERSION", 3);
        Put("base/5/16384", (2 * Stretch) + 100_000);
        Put("base/5/16385", Stretch);
        Put("base/5/empty", 0);
        for (var at = 0; at < 1300; at++) Put($"base/5/{2000 + at}", (at * 37) % 40_000);
        Put("base-x/file", 5);
        Put("pg_xact/0000", 8192);
        // Dropped, and cut off, after they were listed.
        Put("base/5/17000", 50_000);
        onRead["base/5/17000"] = () => File.Delete(data["base/5/17000"]);
        expected.Remove("base/5/17000");
        Put("base/5/17001", (2 * Stretch) + 8192);
        onRead["base/5/17001"] = () => Cut("base/5/17001", Stretch + 12_288);
        expected["base/5/17001"] = expected["base/5/17001"][..(Stretch + 12_288)];
        Put("pg_wal/000000010000000000000001", 100);
        expected.Remove("pg_wal/000000010000000000000001");
        Directory.CreateDirectory(data["pg_tblspc/16400"]);

        var (lists, copy) = await CopyAsync(workers);

        var (items, found) = await MappedContent.ReadAsync(bench, lists, Token);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, file => Assert.True(file.Value.AsSpan().SequenceEqual(found[file.Key]), file.Key));
        Assert.Equal((expected.Count, expected.Values.Sum(bytes => (long)bytes.Length)), copy.Copied);
        Assert.Contains(new MappedLink("pg_tblspc/16400", "/far/away"), items);
        Assert.Contains(items, item => item is MappedFolder { Path: "pg_wal" });
    }

    [Fact]
    public async Task The_first_fault_ends_all_and_is_the_one_that_is_told()
    {
        for (var at = 0; at < 200; at++) Put($"base/5/{2000 + at}", 100_000);
        onRead["base/5/2100"] = () => throw new Fault(FaultCode.Store, "this disk is broken");
        Assert.Equal("this disk is broken", (await Assert.ThrowsAsync<Fault>(() => CopyAsync(4))).What);
    }

    [Fact]
    public async Task Without_PG_VERSION_there_is_no_cluster()
    {
        Put("PG_VERSION", 3);
        onRead["PG_VERSION"] = () => File.Delete(data["PG_VERSION"]);
        Assert.Equal("PG_VERSION", (await Assert.ThrowsAsync<Fault>(() => CopyAsync(2))).Where);
    }

    private async Task<(IReadOnlyList<MapPlace> Lists, ClusterCopy Copy)> CopyAsync(int workers)
    {
        await using var uploads = new PackUploads(bench.Store, bench.Folder, bench.Keys, 3, Token);
        using var packs = new PackWriter(uploads, PackBench.PageSize);
        using var mapPacks = new PackWriter(uploads, PackBench.PageSize);
        using var encoder = new FrameEncoder(1);
        await using var map = new PageMapWriter(mapPacks, encoder, PackBench.PageSize, null);
        var copy = new ClusterCopy(Facts, map, null);
        await using var files = new MovingFiles(this);
        var copiers = Enumerable.Range(0, workers).Select(_ => new PieceCopier(new MovingFiles(this), null, new FrameEncoder(1), packs, null, PackBench.PageSize, _ => { })).ToList();
        try
        {
            await copy.RunAsync(new ClusterListing(files, new BackupSelection(Facts.VersionFolder, [])), copiers, Token);
            await packs.SealAsync(Token);
            var lists = await map.CompleteAsync(Token);
            await uploads.CompleteAsync();
            return (lists, copy);
        }
        finally
        {
            foreach (var copier in copiers) await copier.DisposeAsync();
        }
    }

    private void Put(string path, int length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(data[path])!);
        File.WriteAllBytes(data[path], expected[path] = MadePages.Of(length, (ulong)path.GetHashCode(StringComparison.Ordinal) + 1));
    }

    private void Cut(string path, long length)
    {
        using var file = new FileStream(data[path], FileMode.Open);
        file.SetLength(length);
    }

    /// <summary>A data folder in which something happens when a file is read for the first time.</summary>
    private sealed class MovingFiles(ClusterCopyTests test) : IClusterFiles
    {
        private readonly LocalClusterFiles files = new(test.data.Path);

        public Task<IReadOnlyList<ClusterEntry>> FolderAsync(string folder, CancellationToken token) => files.FolderAsync(folder, token);

        public Task<int?> ReadAsync(string path, long offset, Memory<byte> into, CancellationToken token)
        {
            Happen(path);
            return files.ReadAsync(path, offset, into, token);
        }

        public Task<IReadOnlyList<int?>> ReadWholeAsync(IReadOnlyList<ClusterEntry> list, Memory<byte> into, CancellationToken token)
        {
            foreach (var file in list) Happen(file.Path);
            return files.ReadWholeAsync(list, into, token);
        }

        public ValueTask DisposeAsync() => files.DisposeAsync();

        private void Happen(string path)
        {
            lock (test.onRead)
                if (test.onRead.TryRemove(path, out var happening)) happening();
        }
    }
}
