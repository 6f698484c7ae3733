using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Storage;
using Tidemark.Tests.Support;
using Tidemark.Wal;

namespace Tidemark.Tests.Wal;

public sealed class WalFetchRunnerTests : IDisposable
{
    private readonly MemoryObjectStore store = new(TimeProvider.System);
    private readonly ServerFolder server = new();
    private readonly List<string> remarks = [];
    private string boot = "this one";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task A_segment_is_served_whole_and_a_miss_is_said_where_it_is_proven()
    {
        var name = MadeWal.Name(1, 5);
        await MadeWal.PutAsync(store, name);
        Assert.True(await FetchAsync(store, name));
        Assert.Equal(MadeWal.Segment(name), await File.ReadAllBytesAsync(server.Wanted, Token));
        Assert.False(await FetchAsync(store, MadeWal.Name(1, 6)));
        Assert.False(await FetchAsync(store, MadeWal.History(2)));
    }

    [Fact]
    public async Task A_store_that_shows_nothing_of_the_cluster_proves_no_miss()
    {
        await MadeWal.PutAsync(store, MadeWal.Name(1, 5));
        var failed = await Assert.ThrowsAsync<Fault>(() => FetchAsync(new MemoryObjectStore(TimeProvider.System), MadeWal.Name(1, 6)));
        Assert.Equal(FaultCode.Store, failed.Code);
        Assert.False(File.Exists(server.Wanted));
    }

    [Fact]
    public async Task Each_store_that_cannot_be_asked_keeps_a_miss_from_being_proven_and_none_keeps_a_file_back()
    {
        var name = MadeWal.Name(1, 5);
        await MadeWal.PutAsync(store, name);
        var dead = new UnreliableStore(store) { Weather = (_, _, _) => Loss.Request };
        Assert.True(await FetchAsync([dead, store], name));
        Assert.Equal(FaultCode.Store, (await Assert.ThrowsAsync<Fault>(() => FetchAsync([store, dead], MadeWal.Name(1, 6)))).Code);
    }

    [Fact]
    public async Task A_store_that_comes_back_within_the_patience_is_waited_for()
    {
        var name = MadeWal.Name(1, 5);
        await MadeWal.PutAsync(store, name);
        var away = new UnreliableStore(store) { Weather = (_, _, call) => call <= 2 ? Loss.Request : Loss.None };
        Assert.True(await FetchAsync(away, name, patience: TimeSpan.FromSeconds(30)));
        Assert.Contains("tried again", Assert.Single(remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_object_is_not_served_and_another_store_serves_the_file()
    {
        var name = MadeWal.Name(1, 5);
        var other = await WholeElsewhereAsync(name);
        Assert.Equal(FaultCode.Verification, (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, name))).Code);
        Assert.True(await FetchAsync([store, other], name));
        Assert.Equal(MadeWal.Segment(name), await File.ReadAllBytesAsync(server.Wanted, Token));
    }

    [Fact]
    public async Task Past_a_known_fork_nothing_is_served_unless_the_timeline_is_named()
    {
        foreach (var number in new ulong[] { 4, 5, 6 }) await MadeWal.PutAsync(store, MadeWal.Name(1, number));
        await MadeWal.PutHistoryAsync(store, 2, "1\t0/580000\tno recovery target specified\n");
        Assert.True(await FetchAsync(store, MadeWal.Name(1, 4)));
        foreach (var number in new ulong[] { 5, 6 })
        {
            Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, MadeWal.Name(1, number)))).Code);
            Assert.True(await FetchAsync(store, MadeWal.Name(1, number), timeline: 1));
        }
        // What is not there cannot lead astray: a standby waits for the new branch.
        Assert.False(await FetchAsync(store, MadeWal.Name(1, 7)));
    }

    [Fact]
    public async Task A_fork_is_known_from_a_grandchild_whose_parent_has_not_arrived_yet()
    {
        await MadeWal.PutAsync(store, MadeWal.Name(1, 5));
        await MadeWal.PutHistoryAsync(store, 3, "1\t0/580000\ta\n2\t0/600000\tb\n");
        await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, MadeWal.Name(1, 5)));
    }

    [Fact]
    public async Task A_fork_is_known_where_the_histories_of_those_between_never_came()
    {
        await MadeWal.PutAsync(store, MadeWal.Name(1, 5));
        await MadeWal.PutHistoryAsync(store, 9, "1\t0/580000\ta\n8\t0/900000\tb\n");
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, MadeWal.Name(1, 5)))).Code);
    }

    [Fact]
    public async Task A_fork_is_known_that_only_another_store_was_told_of_and_that_one_is_not_needed()
    {
        await MadeWal.PutAsync(store, MadeWal.Name(1, 5));
        var other = new MemoryObjectStore(TimeProvider.System);
        await MadeWal.PutHistoryAsync(other, 2, "1\t0/580000\ta\n");
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => FetchAsync([store, other], MadeWal.Name(1, 5)))).Code);
        Assert.True(await FetchAsync([store, new UnreliableStore(other) { Weather = (_, _, _) => Loss.Request }], MadeWal.Name(1, 5)));
    }

    [Fact]
    public async Task Where_a_timeline_was_written_twice_nothing_is_served_unless_it_is_named_and_any_store_may_say_so()
    {
        foreach (var number in new ulong[] { 4, 5, 6 }) await MadeWal.PutAsync(store, MadeWal.Name(1, number));
        var other = new MemoryObjectStore(TimeProvider.System);
        await (await MadeWal.ArchiveAsync(other)).MarkConflictAsync(new TimelineId(1), new Lsn(0x680000), Token);
        Assert.True(await FetchAsync([store, other], MadeWal.Name(1, 4)));
        // A later place adds nothing, an earlier one does.
        foreach (var at in new ulong[] { 0x580000, 0x600000 }) await (await MadeWal.ArchiveAsync(store)).MarkConflictAsync(new TimelineId(1), new Lsn(at), Token);
        Directory.Delete(server["pg_wal/tidemark-prefetch"], recursive: true);
        Assert.True(await FetchAsync(store, MadeWal.Name(1, 4)));
        Assert.Empty(Spooled());
        foreach (var number in new ulong[] { 5, 6 })
        {
            Assert.Contains("written twice", (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, MadeWal.Name(1, number)))).What, StringComparison.Ordinal);
            Assert.True(await FetchAsync(store, MadeWal.Name(1, number), timeline: 1));
        }
        await MadeWal.PutAsync(store, MadeWal.Name(2, 6));
        Assert.True(await FetchAsync(store, MadeWal.Name(2, 6)));
    }

    [Fact]
    public async Task A_fork_that_comes_after_a_segment_was_fetched_ahead_is_seen_before_that_is_served()
    {
        foreach (var number in new ulong[] { 4, 5 }) await MadeWal.PutAsync(store, MadeWal.Name(1, number));
        Assert.True(await FetchAsync(store, MadeWal.Name(1, 4)));
        await MadeWal.PutHistoryAsync(store, 2, "1\t0/580000\ta\n");
        File.SetLastWriteTimeUtc(Assert.Single(Spooled()), TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-20));
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, MadeWal.Name(1, 5)))).Code);
    }

    [Fact]
    public async Task A_store_that_is_away_is_waited_for_where_another_one_holds_damage()
    {
        var name = MadeWal.Name(1, 5);
        var other = await WholeElsewhereAsync(name);
        var away = new UnreliableStore(other) { Weather = (_, _, call) => call <= 2 ? Loss.Request : Loss.None };
        Assert.True(await FetchAsync([store, away], name, patience: TimeSpan.FromSeconds(30)));
        Assert.Contains("the line is bad", Assert.Single(remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_goes_away_between_listing_and_reading_is_looked_for_again()
    {
        var name = MadeWal.Name(1, 5);
        await MadeWal.PutAsync(store, name);
        var gone = false;
        var removed = new UnreliableStore(store);
        removed.Hold = async (operation, key, token) =>
        {
            if (gone || operation != "open" || !key.Contains($"{name}", StringComparison.Ordinal)) return;
            gone = true;
            await store.DeleteAsync(key, token);
        };
        // Looked for again it is proven not to be there.
        Assert.False(await FetchAsync(removed, name, patience: TimeSpan.FromSeconds(30)));
        Assert.Contains("went away", Assert.Single(remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_ahead_does_not_hold_up_the_answer()
    {
        foreach (var number in new ulong[] { 1, 2 }) await MadeWal.PutAsync(store, MadeWal.Name(1, number));
        var slow = new UnreliableStore(store) { Hold = (_, key, token) => key.Contains($"{MadeWal.Name(1, 2)}", StringComparison.Ordinal) ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask };
        Assert.True(await FetchAsync(slow, MadeWal.Name(1, 1)).WaitAsync(TimeSpan.FromMinutes(1), Token));
        Assert.Empty(Spooled());
    }

    [Fact]
    public async Task What_a_promotion_cut_off_is_served_to_who_asks_for_it_and_nothing_is_chosen_among_several()
    {
        var (name, encoding) = (MadeWal.Name(1, 5), MadeWal.Plain());
        var wanted = new WalFileName(WalObjectKind.Partial, name, "");
        await MadeWal.PutAsync(store, MadeWal.Name(1, 4));
        Assert.False(await FetchAsync(store, wanted));
        var archive = await MadeWal.ArchiveAsync(store);
        var half = RawSegment.Of(name, MadeWal.Segment(name, closed: false));
        await archive.PutPartialAsync(half, () => encoding.Encode(half.Bytes.Span), Token);
        Assert.True(await FetchAsync(store, wanted));
        Assert.Equal(half.Bytes.ToArray(), await File.ReadAllBytesAsync(server["pg_wal/RECOVERYHISTORY"], Token));
        Assert.False(await FetchAsync(store, wanted, PlanTo(0x700000)));
        var other = RawSegment.Of(name, MadeWal.Segment(name, 2, closed: false));
        await archive.PutPartialAsync(other, () => encoding.Encode(other.Bytes.Span), Token);
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, wanted))).Code);
    }

    [Fact]
    public void What_cannot_be_cleared_away_makes_no_failure_of_a_proven_miss()
    {
        var name = MadeWal.Name(1, 5);
        var spool = FetchSpool.Of(new WalFetchRequest(MadeWal.File(name), server.Wanted, null, null), MadeWal.Cluster, boot, TimeProvider.System)!;
        using (var whole = spool.Begin()) spool.Keep(new StoredWal("", 0, new WalObject(new IncarnationFolder("default", 1, MadeWal.Cluster), WalObjectKind.Segment, name, RawSegment.HashOf([]))), whole);
        foreach (var folder in Directory.EnumerateDirectories(server.Path, "*", SearchOption.AllDirectories).Append(server.Path)) File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("555", 8));
        using (new AsNobody())
        {
            spool.Sweep(keepTail: true);
            spool.Sweep(keepTail: false);
        }
        Assert.Single(Spooled());
        foreach (var folder in Directory.EnumerateDirectories(server.Path, "*", SearchOption.AllDirectories).Append(server.Path)) File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("700", 8));
    }

    [Fact]
    public async Task Two_segments_of_one_name_are_not_chosen_between()
    {
        var name = MadeWal.Name(1, 5);
        await MadeWal.PutAsync(store, name);
        var encoding = MadeWal.Plain();
        var keys = (await MadeWal.ArchiveAsync(store)).Keys;
        var other = RawSegment.Of(name, MadeWal.Segment(name, 2));
        await store.PutAsync(keys.OfSegment(name, other.Sha256), encoding.Encode(other.Bytes.Span), PutMode.IfAbsent, Token);
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, name))).Code);
    }

    [Fact]
    public async Task Under_a_plan_the_other_branch_is_not_there_and_a_planned_segment_must_be()
    {
        foreach (var (timeline, number) in new (uint, ulong)[] { (1, 4), (1, 5), (2, 5) }) await MadeWal.PutAsync(store, MadeWal.Name(timeline, number));
        await MadeWal.PutHistoryAsync(store, 2, "1\t0/580000\tno recovery target specified\n");
        var plan = PlanTo(0x700000);
        Assert.True(await FetchAsync(store, MadeWal.Name(1, 4), plan));
        Assert.False(await FetchAsync(store, MadeWal.Name(1, 5), plan));
        Assert.True(await FetchAsync(store, MadeWal.Name(2, 5), plan));
        Assert.Equal(FaultCode.NotFound, (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, MadeWal.Name(2, 6), plan))).Code);
        Assert.False(await FetchAsync(store, MadeWal.Name(2, 7), plan));
        Assert.True(await FetchAsync(store, MadeWal.History(2), plan));
        await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, MadeWal.History(2), plan with { History = new TimelineHistory(new TimelineId(2), [new TimelineFork(new TimelineId(1), new Lsn(0x480000), "")]) }));
        await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, MadeWal.Name(1, 4), plan with { SystemIdentifier = 42 }));
    }

    [Fact]
    public async Task A_tail_is_served_for_the_last_segment_of_a_plan_alike_every_time()
    {
        var (name, segment) = (MadeWal.Name(2, 6), MadeWal.Segment(MadeWal.Name(2, 6)));
        var folder = (await MadeWal.ArchiveAsync(store)).Keys.Incarnation;
        using var writer = new TailWriter(store, folder, name, MadeWal.Plain());
        await writer.ShipAsync(from => segment.AsMemory(from, 0xA0000 - from), Token);
        await writer.ShipAsync(from => segment.AsMemory(from, 0xB0000 - from), Token);
        var plan = PlanTo(0x6A0000) with { Tail = new PlannedTail(0xA0000, RawSegment.HashOf(segment.AsSpan(0, 0xA0000))) };
        byte[] padded = [.. segment[..0xA0000], .. new byte[MadeWal.Size.Bytes - 0xA0000]];

        Assert.False(await FetchAsync(store, name));
        Assert.Equal(FaultCode.NotFound, (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, name, PlanTo(0x6A0000)))).Code);
        Assert.True(await FetchAsync(store, name, plan));
        Assert.Equal(padded, await File.ReadAllBytesAsync(server.Wanted, Token));
        Assert.False(await FetchAsync(store, MadeWal.Name(2, 7), plan));
        // Complete by now: the second time it is the same as the first all the same.
        await MadeWal.PutAsync(store, name);
        Assert.True(await FetchAsync(store, name, plan));
        Assert.Equal(padded, await File.ReadAllBytesAsync(server.Wanted, Token));
    }

    [Fact]
    public async Task A_complete_segment_is_never_passed_over_for_its_tail()
    {
        var (name, segment) = (MadeWal.Name(2, 6), MadeWal.Segment(MadeWal.Name(2, 6)));
        var folder = (await MadeWal.ArchiveAsync(store)).Keys.Incarnation;
        using var writer = new TailWriter(store, folder, name, MadeWal.Plain());
        await writer.ShipAsync(from => segment.AsMemory(from, 0xA0000 - from), Token);
        var plan = PlanTo(0x6A0000) with { Tail = new PlannedTail(0xA0000, RawSegment.HashOf(segment.AsSpan(0, 0xA0000))) };
        await MadeWal.PutAsync(store, MadeWal.Name(2, 7));
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, name, plan))).Code);
        await MadeWal.PutAsync(store, name);
        Assert.True(await FetchAsync(store, name, plan));
        Assert.Equal(segment, await File.ReadAllBytesAsync(server.Wanted, Token));
    }

    [Fact]
    public async Task A_complete_segment_that_contradicts_its_tail_is_not_served()
    {
        await MadeWal.PutAsync(store, MadeWal.Name(2, 6));
        var plan = PlanTo(0x6A0000) with { Tail = new PlannedTail(0xA0000, RawSegment.HashOf(MadeWal.Segment(MadeWal.Name(2, 6), 2).AsSpan(0, 0xA0000))) };
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => FetchAsync(store, MadeWal.Name(2, 6), plan))).Code);
    }

    [Fact]
    public async Task What_follows_is_fetched_ahead_up_to_the_switch_and_served_without_the_store()
    {
        foreach (var number in new ulong[] { 1, 2, 3, 5 }) await MadeWal.PutAsync(store, MadeWal.Name(1, number));
        await MadeWal.PutAsync(store, MadeWal.Name(1, 4), mark: 9);
        await MadeWal.PutHistoryAsync(store, 2, "1\t0/500000\tno recovery target specified\n");
        var counted = new UnreliableStore(store);
        Assert.True(await FetchAsync(counted, MadeWal.Name(1, 1)));
        Assert.Equal(3, Spooled().Count);
        counted.Asked.Clear();
        Assert.True(await FetchAsync(counted, MadeWal.Name(1, 2)));
        Assert.True(await FetchAsync(counted, MadeWal.Name(1, 4)));
        Assert.Empty(counted.Asked);
        Assert.Equal(MadeWal.Segment(MadeWal.Name(1, 4), 9), await File.ReadAllBytesAsync(server.Wanted, Token));
        // Behind the end nothing is kept.
        Assert.False(await FetchAsync(counted, MadeWal.Name(1, 9)));
        Assert.Empty(Spooled());
    }

    [Fact]
    public async Task What_lies_in_the_spool_counts_for_its_own_recovery_only_and_until_the_machine_is_started_anew()
    {
        foreach (var number in new ulong[] { 1, 2, 3 }) await MadeWal.PutAsync(store, MadeWal.Name(1, number));
        Assert.True(await FetchAsync(store, MadeWal.Name(1, 1)));
        // What was not synced is after a power cut as long as it was, or shorter, and holds anything.
        foreach (var left in new[] { new byte[3], new byte[MadeWal.Size.Bytes] })
        {
            await File.WriteAllBytesAsync(Spooled()[0], left, Token);
            if (left.Length > 3) boot = "the next";
            Assert.True(await FetchAsync(store, MadeWal.Name(1, 2)));
            Assert.Equal(MadeWal.Segment(MadeWal.Name(1, 2)), await File.ReadAllBytesAsync(server.Wanted, Token));
            Assert.True(await FetchAsync(store, MadeWal.Name(1, 1)));
        }
        var third = Spooled().Single(path => path.Contains($"{MadeWal.Name(1, 3)}", StringComparison.Ordinal));
        // Of an hour ago: somebody else's.
        File.SetLastWriteTimeUtc(third, DateTime.UnixEpoch);
        var counted = new UnreliableStore(store);
        Assert.True(await FetchAsync(counted, MadeWal.Name(1, 3)));
        Assert.NotEmpty(counted.Asked);
        // Another recovery looks into a folder of its own, and clears the old one away.
        Assert.True(await FetchAsync(store, MadeWal.Name(1, 1)));
        Assert.True(await FetchAsync(store, MadeWal.Name(1, 1), timeline: 1));
        Assert.Single(Directory.EnumerateDirectories(server["pg_wal/tidemark-prefetch"]));
    }

    [Fact]
    public async Task What_lies_too_long_is_served_once_the_store_has_named_it_again_and_is_not_fetched_twice()
    {
        foreach (var number in new ulong[] { 1, 2 }) await MadeWal.PutAsync(store, MadeWal.Name(1, number));
        Assert.True(await FetchAsync(store, MadeWal.Name(1, 1)));
        File.SetLastWriteTimeUtc(Assert.Single(Spooled()), TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-20));
        var counted = new UnreliableStore(store);
        Assert.True(await FetchAsync(counted, MadeWal.Name(1, 2)));
        Assert.Equal(MadeWal.Segment(MadeWal.Name(1, 2)), await File.ReadAllBytesAsync(server.Wanted, Token));
        Assert.NotEmpty(counted.Asked);
        Assert.DoesNotContain(counted.Asked, one => one.Operation == "open" && one.Key.Contains($"{MadeWal.Name(1, 2)}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_no_recovery_gets_one_file_and_leaves_nothing_beside_it()
    {
        foreach (var number in new ulong[] { 1, 2 }) await MadeWal.PutAsync(store, MadeWal.Name(1, number));
        var path = server[$"pg_wal/{MadeWal.Name(1, 1)}"];
        Assert.True(await Runner([store]).RunAsync(new WalFetchRequest(MadeWal.File(MadeWal.Name(1, 1)), path, null, null), MadeWal.Cluster, Token));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(server["pg_wal"]).Where(entry => !entry.EndsWith("archive_status", StringComparison.Ordinal)));
    }

    /// <summary>Timeline 1 was left at 0/580000, in segment 5.</summary>
    private static WalPlan PlanTo(ulong end) =>
        new(MadeWal.Cluster, MadeWal.Size, new TimelineHistory(new TimelineId(2), [new TimelineFork(new TimelineId(1), new Lsn(0x580000), "")]), new Lsn(0x400028), new Lsn(end), null);

    /// <summary>In the store the segment is damaged; whole in the one that comes back.</summary>
    private async Task<MemoryObjectStore> WholeElsewhereAsync(WalSegmentName name)
    {
        await MadeWal.PutAsync(store, name);
        var other = new MemoryObjectStore(TimeProvider.System);
        await MadeWal.PutAsync(other, name);
        var there = (await (await MadeWal.ArchiveAsync(store)).FindAsync(name, Token))!;
        await store.PutAsync(there.Key, MadeWal.Plain().Encode(MadeWal.Segment(name, 2)), PutMode.Replace, Token);
        return other;
    }

    private List<string> Spooled() => Directory.Exists(server["pg_wal/tidemark-prefetch"]) ? [.. Directory.EnumerateFiles(server["pg_wal/tidemark-prefetch"], "*", SearchOption.AllDirectories).Order()] : [];

    private Task<bool> FetchAsync(IObjectStore from, WalSegmentName name, WalPlan? plan = null, uint? timeline = null, TimeSpan patience = default) => FetchAsync([from], name, plan, timeline, patience);

    private Task<bool> FetchAsync(IReadOnlyList<IObjectStore> from, WalSegmentName name, WalPlan? plan = null, uint? timeline = null, TimeSpan patience = default) =>
        Runner(from, patience).RunAsync(new WalFetchRequest(MadeWal.File(name), server.Wanted, plan, timeline is { } number ? new TimelineId(number) : null), MadeWal.Cluster, Token);

    private Task<bool> FetchAsync(IObjectStore from, WalFileName name, WalPlan? plan = null) =>
        Runner([from]).RunAsync(new WalFetchRequest(name, server["pg_wal/RECOVERYHISTORY"], plan, null), MadeWal.Cluster, Token);

    private WalFetchRunner Runner(IReadOnlyList<IObjectStore> from, TimeSpan patience = default) => new(from, MadeWal.Plain(), new Patience(patience, TimeProvider.System, remarks.Add), boot, TimeProvider.System);
}
