using Tidemark.BaseBackups;
using Tidemark.Storage;
using Tidemark.Tests.Storage;

namespace Tidemark.Tests.BaseBackups.Sweeping;

/// <summary>What stands between a sweeper and a pack that somebody needs: each guard alone, with a writer at the worst moment.</summary>
public sealed class SweepGuardTests : IDisposable
{
    private readonly SweptStore store = new();
    private readonly UnreliableStore seen;

    public SweepGuardTests() => seen = new UnreliableStore(store.Memory);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Without its last questions it is one that misses a pack: so this can fail.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_writer_between_the_last_look_and_the_removal_reads_the_note_and_is_no_backup(bool asks)
    {
        await DoomedAsync("orphan");
        Fault? refused = null;
        OnDelete("orphan", async () => refused = await Record.ExceptionAsync(() => TakeAsync("orphan", asks)) as Fault);
        Assert.Equal(1, (await store.SweepAsync(seen)).Packs);
        if (asks) Assert.Contains("is being removed", refused!.Why, StringComparison.Ordinal);
        Assert.Equal(asks, await store.LostAsync() is null);
    }

    [Fact]
    public async Task A_writer_between_the_first_look_and_the_note_is_seen_by_the_last_look()
    {
        await DoomedAsync("orphan");
        var once = false;
        seen.Hold = async (operation, key, _) =>
        {
            if (operation != "put" || !key.StartsWith(store.Bases().Keys.Doomed, StringComparison.Ordinal) || once) return;
            once = true;
            await TakeAsync("orphan", asks: true);
        };
        Assert.Equal(0, (await store.SweepAsync(seen)).Packs);
        Assert.True(once);
        Assert.Null(await store.LostAsync());
    }

    /// <summary>Another sweeper clears notes that old, as if theirs had been killed. A clock that was set back says nothing of how long it was.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_sweeper_that_slept_looks_again_before_it_removes_anything_more(int hours)
    {
        await DoomedAsync("one", "two");
        string? kept = null;
        foreach (var (word, other) in (ValueTuple<string, string>[])[("one", "two"), ("two", "one")])
            OnDelete(word, async () =>
            {
                if (kept is not null) return;
                kept = other;
                store.Pass(hours / 24.0);
                await ClearNotesAsync();
                await TakeAsync(other, asks: true);
            });
        Assert.Equal(1, (await store.SweepAsync(seen)).Packs);
        Assert.True(await store.HasAsync(kept!));
        Assert.Null(await store.LostAsync());
    }

    [Fact]
    public async Task A_sweeper_that_slept_says_again_what_it_removes()
    {
        await DoomedAsync("one", "two");
        var (asked, refused) = (0, (Fault?)null);
        foreach (var word in (string[])["one", "two"])
            OnDelete(word, async () =>
            {
                if (++asked == 2)
                {
                    refused = await Record.ExceptionAsync(() => TakeAsync(word, asks: true)) as Fault;
                    return;
                }
                store.Pass(1.0 / 24);
                await ClearNotesAsync();
            });
        Assert.Equal(2, (await store.SweepAsync(seen)).Packs);
        Assert.Contains("is being removed", refused!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_needed_again_is_not_said_to_go()
    {
        await DoomedAsync("one", "two");
        await TakeAsync("one", asks: true);
        var said = new List<string>();
        OnDelete("two", async () =>
        {
            await foreach (var note in store.Memory.ListObjectsAsync(store.Bases().Keys.Doomed, _ => { }, Token)) await PackSet.ReadNoteAsync(store.Memory, note.Key, said.Add, Token);
        });
        Assert.Equal(1, (await store.SweepAsync(seen)).Packs);
        Assert.Equal([SweptStore.Pack("two").Id], said);
    }

    [Fact]
    public async Task Where_the_last_look_cannot_read_what_is_needed_none_goes()
    {
        await DoomedAsync("orphan");
        seen.Hold = async (operation, key, _) =>
        {
            if (operation == "put" && key.StartsWith(store.Bases().Keys.Doomed, StringComparison.Ordinal)) await store.Memory.PutAsync(store.Bases().Keys.Of(await store.BeginAsync(), BaseKeys.Intent), "no intent"u8.ToArray(), PutMode.Replace, Token);
        };
        Assert.Equal(0, (await store.SweepAsync(seen)).Packs);
        Assert.True(await store.HasAsync("orphan"));
    }

    [Fact]
    public async Task A_run_that_was_given_up_holds_nothing_up()
    {
        await DoomedAsync("orphan");
        var run = await store.BeginAsync();
        store.Pass(7.1);
        await store.PutAsync("later");
        Assert.Single((await store.SweepAsync()).GivenUp);
        store.Pass(0.1);
        var next = await store.SweepAsync();
        Assert.Equal((0, 1), (next.Held.Count, next.Waiting));
        // Whoever asks what became of it still finds what it was.
        Assert.Contains(store.Bases().Keys.Of(run, BaseKeys.Intent), await store.KeysAsync());
    }

    [Fact]
    public async Task While_a_part_of_the_packs_is_not_seen_none_goes()
    {
        await DoomedAsync("orphan");
        seen.Hidden = store.Bases().Keys.Packs.All;
        Assert.Contains("a folder cannot be read", Assert.Single((await store.SweepAsync(seen)).Held), StringComparison.Ordinal);
        Assert.DoesNotContain(seen.Asked, one => one.Operation == "put" && one.Key.StartsWith(store.Bases().Keys.Doomed, StringComparison.Ordinal));
        Assert.True(await store.HasAsync("orphan"));
        seen.Hidden = null;
        Assert.Equal(1, (await store.SweepAsync(seen)).Packs);
    }

    [Fact]
    public async Task While_it_cannot_be_read_on_what_a_run_builds_none_goes()
    {
        await DoomedAsync("orphan");
        var run = await store.BeginAsync();
        await store.Memory.PutAsync(store.Bases().Keys.Of(run, BaseKeys.Intent), "no intent"u8.ToArray(), PutMode.Replace, Token);
        Assert.Contains(run.Text, Assert.Single((await store.SweepAsync(seen)).Held), StringComparison.Ordinal);
        Assert.True(await store.HasAsync("orphan"));
    }

    [Fact]
    public async Task While_not_all_packs_of_a_backup_are_told_none_goes()
    {
        await DoomedAsync("orphan");
        var cut = await store.TakeAsync("one", "two");
        var key = store.Bases().Keys.Of(cut, BaseKeys.Refs);
        var whole = await WholeObject.ReadAsync(store.Memory, key, 65536, Token);
        await store.Memory.PutAsync(key, whole!.AsMemory(0, whole!.Length - 30), PutMode.Replace, Token);
        Assert.Contains(cut.Text, Assert.Single((await store.SweepAsync(seen)).Held), StringComparison.Ordinal);
        Assert.True(await store.HasAsync("orphan"));
    }

    [Fact]
    public async Task What_an_unfinished_run_has_stored_stays_while_it_may_live_also_by_a_clock_that_is_behind()
    {
        var run = await store.BeginAsync();
        // Of a server of the same store whose clock is half an hour behind.
        store.Pass(-0.5 / 24);
        await store.PutAsync("new");
        store.Pass(0.5 / 24);
        await store.SweepAsync();
        for (var day = 0; day < 16; day++)
        {
            store.Pass(1);
            await store.Bases().WriteAsync(new BaseMark { Id = run.Text, Type = BaseMark.Renewed, At = store.Clock.Now, By = "ann@db1" }, store.Writer, Token);
            Assert.Equal(0, (await store.SweepAsync()).Packs);
        }
        await store.EndAsync(run, [SweptStore.Pack("new")]);
        Assert.Null(await store.LostAsync());
    }

    /// <summary>What is left is no backup: it goes, also while the newest one is damaged and holds all that are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_removal_that_breaks_off_leaves_no_backup_and_the_next_sweep_goes_on_with_it(int done)
    {
        var old = await store.TakeAsync("old");
        store.Pass(1);
        var young = await store.TakeAsync("young");
        await store.ExpireAsync(old);
        store.Pass(7.1);
        var asked = 0;
        seen.Weather = (operation, key, _) => operation == "delete" && key.Contains(old.Text, StringComparison.Ordinal) && ++asked > done ? Loss.Request : Loss.None;
        Assert.Empty((await store.SweepAsync(seen)).Backups);
        Assert.Equal(BaseState.Interrupted, (await store.ListAsync()).Single(entry => entry.Id == old).State);
        await store.Bases().WriteAsync(new BaseMark { Id = young.Text, Type = BaseMark.Verified, At = store.Clock.Now, By = "ann@db1", Passed = false, Findings = ["a pack is damaged"] }, store.Writer, Token);
        Assert.Equal([old.Text], (await store.SweepAsync()).Backups);
        Assert.DoesNotContain(await store.KeysAsync(), key => key.Contains(old.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_parent_of_a_run_stays_with_its_packs_though_it_expired_long_ago()
    {
        var parent = await store.TakeAsync("base");
        await store.TakeAsync("young");
        var child = await store.BeginAsync(parent);
        await store.ExpireAsync(parent);
        for (var day = 0; day < 16; day++)
        {
            store.Pass(1);
            await store.Bases().WriteAsync(new BaseMark { Id = child.Text, Type = BaseMark.Renewed, At = store.Clock.Now, By = "ann@db1" }, store.Writer, Token);
            await store.SweepAsync();
        }
        Assert.True(await store.HasAsync("base"));
        Assert.Contains(await store.ListAsync(), entry => entry.Id == parent && entry.IsGood);
    }

    public void Dispose() => store.Dispose();

    /// <summary>Packs that nothing needed a grace time ago, and that go with the next sweep; and a good backup that stays.</summary>
    private async Task DoomedAsync(params string[] words)
    {
        await store.TakeAsync("good");
        foreach (var word in words) await store.PutAsync(word);
        await store.SweepAsync();
        store.Pass(7.1);
    }

    private async Task ClearNotesAsync()
    {
        foreach (var key in (await store.KeysAsync()).Where(key => key.StartsWith(store.Bases().Keys.Doomed, StringComparison.Ordinal))) await store.Memory.DeleteAsync(key, Token);
    }

    private async Task TakeAsync(string word, bool asks)
    {
        var id = await store.BeginAsync();
        await store.EndAsync(id, [await store.PutAsync(word)], asks: asks);
    }

    /// <summary>At the last moment before the store does it.</summary>
    private void OnDelete(string word, Func<Task> happens)
    {
        var before = seen.Weather;
        seen.Weather = (operation, key, call) =>
        {
            // Of a store in memory nothing is waited for.
            if (operation == "delete" && key == store.Bases().Keys.Packs.Key(SweptStore.Pack(word).Id)) happens().GetAwaiter().GetResult();
            return before(operation, key, call);
        };
    }
}
