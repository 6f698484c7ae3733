using Tidemark.BaseBackups;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Repositories.Packs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups;

/// <summary>What a backup takes over from runs that were killed.</summary>
public sealed class LeftPacksTests : IDisposable
{
    private readonly StoppedClock clock = new(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryObjectStore store;
    private readonly TinyBackup backup;
    private readonly TinyCluster cluster = TinyCluster.Make(20_000);
    private readonly List<string> remarks = [];

    public LeftPacksTests() => backup = new TinyBackup(store = new MemoryObjectStore(clock));

    public void Dispose() => backup.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_killed_runs_only_packs_are_taken_that_no_backup_names_and_that_are_young()
    {
        await backup.TakeAsync(cluster);
        var old = await OrphanAsync(1);
        clock.Now += TimeSpan.FromDays(3);
        var young = await OrphanAsync(2);
        var id = await IntentAsync();
        Assert.Equal(0, (await ReadAsync(id, interrupted: false)).Packs);
        var left = await ReadAsync(id, interrupted: true);
        Assert.Equal(1, left.Packs);
        Assert.NotNull(left.Find(young.Content, young.Raw.Length, ContentHash.Of(young.Raw)));
        Assert.Null(left.Find(old.Content, old.Raw.Length, ContentHash.Of(old.Raw)));
        Assert.Contains("of 1 pack ", Assert.Single(remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_pack_of_a_killed_run_is_left_where_it_is()
    {
        await OrphanAsync(1);
        await foreach (var pack in store.ListAsync(backup.Bases.Keys.Packs.All, _ => { }, Token)) await store.PutAsync(pack.Key, new byte[pack.Size], PutMode.Replace, Token);
        Assert.Equal(0, (await ReadAsync(await IntentAsync(), interrupted: true)).Packs);
    }

    private async Task<LeftFrames> ReadAsync(BaseId own, bool interrupted)
    {
        if (interrupted) await IntentAsync();
        var entries = await new BaseCatalog(backup.Bases, new KnownWriters([backup.Writer.Identity])).ListAsync(Token, withManifests: false);
        return await new LeftPacks(backup.Bases, backup.Seals, remarks.Add).ReadAsync(own, entries, Token);
    }

    private async Task<BaseId> IntentAsync()
    {
        var id = BaseId.New(clock.GetUtcNow());
        await backup.Bases.WriteAsync(id, new BaseIntent { Id = id.Text, Host = "here", Started = clock.GetUtcNow() }, backup.Writer, Token);
        return id;
    }

    private async Task<(FrameContent Content, byte[] Raw)> OrphanAsync(ulong seed)
    {
        var frame = PackBench.Extent($"base/5/{seed}", 0, MadePages.Of(50_000, seed));
        await using var uploads = new PackUploads(store, backup.Bases.Keys.Packs, backup.Seals, 2, Token);
        using var packs = new PackWriter(uploads, PackBench.PageSize);
        using var encoder = new FrameEncoder(1);
        await packs.AddAsync(encoder.Encode(frame.Content, frame.Raw), Token);
        await packs.SealAsync(Token);
        await uploads.CompleteAsync();
        return frame;
    }
}
