using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Sweeping;
using Tidemark.Storage;

namespace Tidemark.Tests.BaseBackups.Sweeping;

public sealed class SweepRunnerTests : IDisposable
{
    private readonly SweptStore store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_expired_goes_in_two_steps_and_what_another_backup_names_stays()
    {
        var old = await store.TakeAsync("old", "shared");
        var young = await store.TakeAsync("shared", "young");
        await store.ExpireAsync(old);
        await store.SweepAsync();
        store.Pass(6.9);
        await store.SweepAsync();
        Assert.Equal(2, (await store.ListAsync()).Count(entry => entry.IsGood));
        store.Pass(0.2);
        // Now its documents go, and its packs are seen to be needed by nothing.
        var first = await store.SweepAsync();
        Assert.Equal(old.Text, Assert.Single(first.Backups));
        Assert.Equal((0, 1), (first.Packs, first.Waiting));
        Assert.Equal(young, Assert.Single(await store.ListAsync()).Id);
        // A look leaves a note once a day.
        store.Pass(1);
        await store.SweepAsync();
        store.Pass(6.9);
        Assert.Equal(0, (await store.SweepAsync()).Packs);
        Assert.True(await store.HasAsync("old"));
        store.Pass(0.2);
        var second = await store.SweepAsync();
        Assert.Equal((1, 3L, 0), (second.Packs, second.Bytes, second.Waiting));
        Assert.Equal((false, true, true), (await store.HasAsync("old"), await store.HasAsync("shared"), await store.HasAsync("young")));
        Assert.DoesNotContain(await store.KeysAsync(), key => key.Contains(old.Text, StringComparison.Ordinal) || key.Contains("/doomed/", StringComparison.Ordinal) || key.EndsWith("/sweep", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pin_lifts_a_tombstone()
    {
        var pinned = await store.TakeAsync("pinned");
        await store.ExpireAsync(pinned);
        await store.Bases().WriteAsync(new BaseMark { Id = pinned.Text, Type = BaseMark.Pin, At = store.Clock.Now, By = "ann@db1", Reason = "why" }, store.Writer, Token);
        await SweepForWeeksAsync(6);
        Assert.True(Assert.Single(await store.ListAsync()).IsGood);
        Assert.True(await store.HasAsync("pinned"));
    }

    [Fact]
    public async Task While_the_newest_that_stays_is_damaged_what_expired_before_it_is_not_swept()
    {
        var old = await store.TakeAsync("old");
        store.Pass(1);
        var damaged = await store.TakeAsync("young");
        await store.ExpireAsync(old);
        await store.Bases().WriteAsync(new BaseMark { Id = damaged.Text, Type = BaseMark.Verified, At = store.Clock.Now, By = "ann@db1", Passed = false, Findings = ["a pack is damaged"] }, store.Writer, Token);
        await SweepForWeeksAsync(4);
        Assert.True((await store.ListAsync()).Single(entry => entry.Id == old).IsGood);
        Assert.True(await store.HasAsync("old"));
        await store.TakeAsync("good");
        await SweepForWeeksAsync(4);
        Assert.DoesNotContain(await store.ListAsync(), entry => entry.Id == old);
        Assert.False(await store.HasAsync("old"));
    }

    [Fact]
    public async Task A_run_that_lives_keeps_its_packs_and_its_parents_however_long_it_takes()
    {
        var parent = await store.TakeAsync("base");
        var child = await store.BeginAsync(parent);
        await store.PutAsync("new");
        await store.ExpireAsync(parent);
        for (var day = 0; day < 40; day++)
        {
            store.Pass(1);
            await store.Bases().WriteAsync(new BaseMark { Id = child.Text, Type = BaseMark.Renewed, At = store.Clock.Now, By = "ann@db1" }, store.Writer, Token);
            await store.SweepAsync();
        }
        Assert.Equal((true, true), (await store.HasAsync("base"), await store.HasAsync("new")));
        // What it was built on was given up meanwhile: it must not be a backup that shares with it unseen.
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => store.EndAsync(child, [SweptStore.Pack("base"), SweptStore.Pack("new")], parent))).Code);
    }

    [Fact]
    public async Task A_host_that_was_stopped_and_wakes_when_its_run_was_given_up_cannot_finish_it_however_late()
    {
        var asleep = await store.BeginAsync();
        var pack = await store.PutAsync("mine");
        Assert.Empty((await store.SweepAsync()).GivenUp);
        store.Pass(7.1);
        Assert.Equal([asleep.Text], (await store.SweepAsync()).GivenUp);
        await SweepForWeeksAsync(4);
        Assert.False(await store.HasAsync("mine"));
        // With its last questions, and as if it had slept behind them.
        Assert.Contains("given up", (await Assert.ThrowsAsync<Fault>(() => store.EndAsync(asleep, [pack]))).What, StringComparison.Ordinal);
        await store.Memory.DeleteAsync(store.Bases().Keys.Of(asleep, BaseKeys.Refs), Token);
        Assert.Contains("given up", (await Assert.ThrowsAsync<Fault>(() => store.EndAsync(asleep, [pack], asks: false))).What, StringComparison.Ordinal);
        Assert.Equal(BaseState.Interrupted, Assert.Single(await store.ListAsync()).State);
        // Of it only that stays which says so, and no sweep tells of it again.
        await SweepForWeeksAsync(3);
        Assert.Single(await store.KeysAsync(), key => key.Contains(asleep.Text, StringComparison.Ordinal));
        Assert.Empty((await store.SweepAsync()).GivenUp);
    }

    [Fact]
    public async Task Packs_of_a_run_that_was_killed_go_and_no_others()
    {
        await store.TakeAsync("good");
        await store.BeginAsync();
        await store.PutAsync("left");
        await SweepForWeeksAsync(4);
        Assert.Equal((true, false), (await store.HasAsync("good"), await store.HasAsync("left")));
        Assert.Null(await store.LostAsync());
    }

    [Fact]
    public async Task While_it_cannot_be_read_which_packs_a_backup_needs_none_goes()
    {
        var unread = await store.TakeAsync("needed");
        await store.PutAsync("orphan");
        await store.Memory.PutAsync(store.Bases().Keys.Of(unread, BaseKeys.Refs), "no refs"u8.ToArray(), PutMode.Replace, Token);
        await SweepForWeeksAsync(4);
        Assert.Equal((true, true), (await store.HasAsync("needed"), await store.HasAsync("orphan")));
        Assert.Contains(unread.Text, Assert.Single((await store.SweepAsync()).Held), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strangers_tombstone_takes_nothing_away()
    {
        var id = await store.TakeAsync("mine");
        using var stranger = new Support.TempFolder();
        await store.Bases().WriteAsync(new BaseMark { Id = id.Text, Type = BaseMark.Tombstone, At = store.Clock.Now, By = "eve@db1" }, WriterKey.Ensure(stranger.Path), Token);
        await SweepForWeeksAsync(4);
        Assert.True(await store.HasAsync("mine"));
    }

    [Fact]
    public async Task One_sweeper_at_a_time_saves_work_and_one_that_was_killed_holds_up_nobody()
    {
        await store.Memory.PutAsync(store.Bases().Keys.SweepLease, "another"u8.ToArray(), PutMode.IfAbsent, Token);
        Assert.Same(SweepReport.Busy, await store.SweepAsync());
        store.Pass(0.1);
        Assert.NotSame(SweepReport.Busy, await store.SweepAsync());
    }

    [Fact]
    public async Task A_backup_that_would_use_what_is_being_removed_fails_and_the_next_one_does_not()
    {
        var pack = await store.PutAsync("again");
        await store.Memory.PutAsync($"{store.Bases().Keys.Doomed}killed", System.Text.Encoding.ASCII.GetBytes($"{pack.Id}\n"), PutMode.IfAbsent, Token);
        var id = await store.BeginAsync();
        Assert.Contains(pack.Id, (await Assert.ThrowsAsync<Fault>(() => store.EndAsync(id, [pack]))).Why, StringComparison.Ordinal);
        await SweepForWeeksAsync(6);
        await store.TakeAsync("again");
    }

    [Fact]
    public async Task A_store_that_lets_nothing_go_is_asked_a_few_times_and_told_once()
    {
        var old = await store.TakeAsync("young");
        for (var at = 0; at < 100; at++) await store.PutAsync($"orphan {at}");
        await SweepForWeeksAsync(1);
        store.Pass(7.1);
        var locked = new LockedStore(store.Memory);
        var report = await store.SweepAsync(locked);
        Assert.InRange(locked.Asked, 1, 40);
        Assert.Equal((0, 20), (report.Packs, report.Refused));
        Assert.Contains("locked until", Assert.Single(report.Held), StringComparison.Ordinal);
        Assert.Equal(100, (await store.SweepAsync()).Packs);
        Assert.Equal(old, Assert.Single(await store.ListAsync()).Id);
    }

    public void Dispose() => store.Dispose();

    /// <summary>Two a week.</summary>
    private async Task SweepForWeeksAsync(int weeks)
    {
        for (var half = 0; half < weeks * 2; half++)
        {
            await store.SweepAsync();
            store.Pass(3.6);
        }
    }

    private sealed class LockedStore(IObjectStore inner) : IObjectStore
    {
        public int Asked { get; private set; }

        public string Address => inner.Address;

        public StoreTraits Traits => inner.Traits;

        public Task<StoredObject?> FindAsync(string key, CancellationToken token) => inner.FindAsync(key, token);

        public IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, CancellationToken token) => inner.ListAsync(which, unseen, token);

        public Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token) => inner.OpenAsync(key, offset, length, token);

        public Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token) => inner.PutAsync(key, bytes, mode, token);

        public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => inner.BeginUploadAsync(key, token);

        public Task<bool> MoveAsync(string from, string to, CancellationToken token) => inner.MoveAsync(from, to, token);

        public Task<bool> DeleteAsync(string key, CancellationToken token)
        {
            if (VolatileKeys.Holds(key)) return inner.DeleteAsync(key, token);
            Asked++;
            throw new Fault(FaultCode.ObjectLocked, "the object is locked until 2027") { Where = key };
        }

        public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => inner.SweepUploadsAsync(prefix, begunBefore, token);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
