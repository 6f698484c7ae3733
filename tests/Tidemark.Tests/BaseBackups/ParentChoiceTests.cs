using Tidemark.BaseBackups;
using Tidemark.Codecs.Age;
using Tidemark.Postgres.Wal;
using Tidemark.Storage;
using Tidemark.Storage.Memory;

namespace Tidemark.Tests.BaseBackups;

public sealed class ParentChoiceTests : IDisposable
{
    private static readonly Lsn Now = new(0x9000000);

    private readonly MemoryObjectStore store = new(TimeProvider.System);
    private readonly TinyBackup backup;
    private readonly TinyCluster cluster = TinyCluster.Make(20_000);

    public ParentChoiceTests() => backup = new TinyBackup(store);

    public void Dispose() => backup.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_newest_by_its_place_in_the_log_is_built_on_whatever_it_is_called()
    {
        var newest = await TakeAsync(0x6000100);
        await TakeAsync(0x4000100);
        Assert.Equal((newest.Id, null), await ChosenAsync());
    }

    [Fact]
    public async Task Without_any_there_is_none() => Assert.Equal((null, "there is no backup yet to build on"), await ChosenAsync());

    [Fact]
    public async Task One_with_a_pack_that_is_gone_or_cut_is_not_built_on_but_the_one_before()
    {
        var whole = await TakeAsync(0x4000100);
        var other = TinyCluster.Make(30_000);
        var damaged = await TakeAsync(0x6000100, other);
        Assert.Equal(damaged.Id, (await ChosenAsync()).Id);
        var needed = await PacksAsync(whole);
        var own = (await PacksAsync(damaged)).First(pack => !needed.Contains(pack));
        await store.PutAsync(backup.Bases.Keys.Packs.Key(own), new byte[10], PutMode.Replace, Token);
        Assert.Equal(whole.Id, (await ChosenAsync()).Id);
        await store.DeleteAsync(backup.Bases.Keys.Packs.Key(needed.First()), Token);
        Assert.Equal((null, $"{damaged.Id} cannot be built on: its pack {own} is gone"), await ChosenAsync());
    }

    [Fact]
    public async Task One_that_was_pruned_is_not_built_on()
    {
        var manifest = await TakeAsync(0x4000100);
        await backup.Bases.WriteAsync(new BaseMark { Id = manifest.Id, Type = BaseMark.Tombstone, At = DateTimeOffset.UnixEpoch, By = "ann@db1" }, backup.Writer, Token);
        Assert.Equal((null, $"{manifest.Id} cannot be built on: it was pruned"), await ChosenAsync());
    }

    [Theory]
    [InlineData(2, 0x5000000, true)]
    [InlineData(2, 0x4000100, true)]
    [InlineData(2, 0x4000000, false)]
    public async Task One_of_an_earlier_timeline_is_built_on_where_this_server_came_by_there(uint timeline, ulong fork, bool isServing)
    {
        var manifest = await TakeAsync(0x4000100);
        var (chosen, why) = await ChosenAsync(new TimelineHistory(new TimelineId(timeline), [new TimelineFork(TimelineId.First, new Lsn(fork), "")]));
        Assert.Equal(isServing ? manifest.Id : null, chosen);
        if (!isServing) Assert.Contains("did not come by there", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_was_set_back_behind_it_does_not_build_on_it_and_a_standby_that_is_behind_does()
    {
        var manifest = await TakeAsync(0x4000100);
        Assert.Contains("set back in time", (await ChosenAsync(flushed: new Lsn(0x4000000))).Why, StringComparison.Ordinal);
        Assert.Equal(manifest.Id, (await ChosenAsync(flushed: null)).Id);
    }

    [Fact]
    public async Task Pages_of_another_size_are_not_compared()
    {
        await TakeAsync(0x4000100);
        Assert.Contains("its pages have 8192 bytes", (await ChosenAsync(facts: FolderBackups.Facts with { PageBytes = 16384 })).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_key_that_opens_its_map_it_cannot_be_compared_with()
    {
        using var closed = new TinyBackup(store, AgeIdentity.Generate());
        await closed.TakeAsync(cluster);
        // The same writer's documents, read by one who has the public key alone.
        var entries = await new BaseCatalog(backup.Bases, new KnownWriters([closed.Writer.Identity])).ListAsync(Token);
        Assert.Contains("BACKUP_IDENTITY", (await new ParentChoice(backup.Bases, FolderBackups.Facts, new TimelineHistory(TimelineId.First, []), Now).ChooseAsync(entries, Token)).WhyFull, StringComparison.Ordinal);
    }

    private Task<BaseManifest> TakeAsync(ulong stop, TinyCluster? of = null) => backup.TakeAsync(of ?? cluster, told: manifest => manifest with { Wal = manifest.Wal with { Stop = WalPoint.At(TimelineId.First, new Lsn(stop), manifest.Wal.Stop.Time) } });

    private async Task<(string? Id, string? Why)> ChosenAsync(TimelineHistory? history = null, Lsn? flushed = null, ClusterFacts? facts = null)
    {
        var entries = await new BaseCatalog(backup.Bases, new KnownWriters([backup.Writer.Identity])).ListAsync(Token);
        var (parent, why) = await new ParentChoice(backup.Bases, facts ?? FolderBackups.Facts, history ?? new TimelineHistory(TimelineId.First, []), flushed).ChooseAsync(entries, Token);
        return (parent?.Id, why);
    }

    private async Task<HashSet<string>> PacksAsync(BaseManifest manifest)
    {
        var packs = new HashSet<string>();
        await backup.Bases.ReadPacksAsync(Id(manifest), (await backup.Bases.ReadRefsAsync(Id(manifest), Token)).Document, (id, _) => packs.Add(id), Token);
        return packs;
    }

    private static BaseId Id(BaseManifest manifest) => BaseId.TryParse(manifest.Id, out var id) ? id : throw new FormatException(manifest.Id);
}
