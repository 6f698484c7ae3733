using Tidemark.BaseBackups;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;
using Tidemark.Tests.BaseBackups.Sweeping;
using Tidemark.Tests.Storage;

namespace Tidemark.Tests.BaseBackups;

/// <summary>Each of the last questions by itself; in what order they save a backup from a sweeper, <see cref="SweepOrderTests"/> tries.</summary>
public sealed class BaseClaimTests : IDisposable
{
    private readonly SweptStore store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_all_packs_whole_and_nothing_against_it_a_backup_may_be()
    {
        await store.EndAsync(await store.BeginAsync(), [await store.PutAsync("one"), await store.PutAsync("two")]);
        Assert.Equal(BaseState.Complete, Assert.Single(await store.ListAsync()).State);
    }

    [Fact]
    public async Task A_pack_that_is_gone_is_counted() =>
        Assert.Equal("1 of its packs are gone", await WhyNotAsync([await store.PutAsync("here"), SweptStore.Pack("gone")]));

    [Fact]
    public async Task A_pack_that_is_cut_is_named()
    {
        var whole = await store.PutAsync("whole");
        await store.Memory.PutAsync(store.Bases().Keys.Packs.Key(whole.Id), "who"u8.ToArray(), PutMode.Replace, Token);
        Assert.Equal($"its pack {whole.Id} has 3 bytes there, and 5 were written", await WhyNotAsync([whole]));
    }

    [Fact]
    public async Task A_part_of_the_packs_or_of_the_notes_that_is_not_seen_may_hold_anything()
    {
        var pack = await store.PutAsync("seen");
        foreach (var hidden in (string[])[store.Bases().Keys.Packs.All, store.Bases().Keys.Doomed])
            Assert.Equal("a folder cannot be read", await WhyNotAsync([pack], new UnreliableStore(store.Memory) { Hidden = hidden }));
    }

    [Fact]
    public async Task A_note_that_goes_while_it_is_read_is_of_a_sweeper_that_is_done()
    {
        var pack = await store.PutAsync("there");
        var note = $"{store.Bases().Keys.Doomed}going";
        await store.Memory.PutAsync(note, System.Text.Encoding.ASCII.GetBytes($"{pack.Id}\n"), PutMode.IfAbsent, Token);
        Assert.Null(await WhyNotAsync([pack], new UnreliableStore(store.Memory) { Hold = (_, key, token) => key == note ? store.Memory.DeleteAsync(note, token) : Task.CompletedTask }));
        Assert.DoesNotContain(note, await store.KeysAsync());
    }

    [Fact]
    public async Task A_parent_that_was_given_up_and_pinned_again_is_one()
    {
        var parent = await store.TakeAsync("base");
        await store.ExpireAsync(parent);
        var child = await store.BeginAsync(parent);
        Assert.Contains(parent.Text, (await Assert.ThrowsAsync<Fault>(() => store.EndAsync(child, [SweptStore.Pack("base")], parent))).Why, StringComparison.Ordinal);
        await store.Bases().WriteAsync(new BaseMark { Id = parent.Text, Type = BaseMark.Pin, At = store.Clock.Now, By = "ann@db1", Reason = "why" }, store.Writer, Token);
        await store.EndAsync(await store.BeginAsync(parent), [SweptStore.Pack("base")], parent);
        Assert.Equal(2, (await store.ListAsync()).Count(entry => entry.IsGood));
    }

    public void Dispose() => store.Dispose();

    /// <returns>Null: nothing was against it.</returns>
    private async Task<string?> WhyNotAsync(IReadOnlyList<SealedPack> packs, IObjectStore? seen = null)
    {
        try
        {
            await store.EndAsync(await store.BeginAsync(), packs, seen: seen);
            return null;
        }
        catch (Fault refused) when (refused.Code == FaultCode.Refused)
        {
            return refused.Why;
        }
    }
}
