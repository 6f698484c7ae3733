using System.Buffers.Binary;
using System.Text;
using Tidemark.Storage;
using Tidemark.Storage.Local;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Storage;
using Tidemark.Tests.Support;
using Tidemark.Wal;

namespace Tidemark.Tests.Wal;

public sealed class WalPushRunnerTests : IDisposable
{
    private readonly MemoryObjectStore store = new(TimeProvider.System);
    private readonly ServerFolder server = new();
    private readonly List<string> remarks = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task What_waits_beside_a_segment_is_stored_with_it_and_then_returns_at_once()
    {
        var names = Enumerable.Range(5, 4).Select(number => MadeWal.Name(1, (ulong)number)).ToList();
        var paths = names.Select(name => server.Ready(name)).ToList();
        var counted = new UnreliableStore(store);
        var first = await PushAsync([counted], paths[0]);
        Assert.Equal((false, 3), (first.WasThere, first.Ahead));
        var archive = await MadeWal.ArchiveAsync(store);
        foreach (var name in names) Assert.Equal(MadeWal.Segment(name), (await archive.ReadAsync((await archive.FindAsync(name, Token))!, Token)).Bytes.ToArray());
        counted.Asked.Clear();
        foreach (var path in paths.Skip(1)) Assert.Equal((true, 0), await PushAsync([counted], path) is var next ? (next.WasThere, next.Ahead) : default);
        Assert.Empty(counted.Asked);
        // A note counts once.
        Assert.True((await PushAsync([counted], paths[1])).WasThere);
        Assert.NotEmpty(counted.Asked);
    }

    [Fact]
    public async Task A_note_does_not_count_for_another_file_of_the_name_or_another_store()
    {
        var (first, second) = (MadeWal.Name(1, 5), MadeWal.Name(1, 6));
        server.Ready(second);
        await PushAsync([store], server.Ready(first));
        server.Ready(second, MadeWal.Segment(second, 2));
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => PushAsync([store], server[$"pg_wal/{second}"]))).Code);

        var third = server.Ready(MadeWal.Name(1, 7));
        await PushAsync([store], server.Ready(MadeWal.Name(1, 8)));
        var other = new LocalObjectStore(server["other"]);
        await PushAsync([store, other], third);
        Assert.NotNull(await (await MadeWal.ArchiveAsync(other)).FindAsync(MadeWal.Name(1, 7), Token));
    }

    [Fact]
    public async Task A_neighbour_that_cannot_be_stored_does_not_hold_up_the_one_whose_turn_it_is()
    {
        server.Ready(MadeWal.Name(1, 6), MadeWal.Segment(MadeWal.Name(1, 6), closed: false));
        Assert.Equal(0, (await PushAsync([store], server.Ready(MadeWal.Name(1, 5)))).Ahead);
        await Assert.ThrowsAsync<Fault>(() => PushAsync([store], server[$"pg_wal/{MadeWal.Name(1, 6)}"]));
    }

    [Fact]
    public async Task Success_needs_every_store_and_one_that_fails_keeps_no_other_from_it()
    {
        var path = server.Ready(MadeWal.Name(1, 5));
        var dead = new UnreliableStore(store) { Weather = (_, _, _) => Loss.Request };
        var living = new LocalObjectStore(server["living"]);
        var failed = await Assert.ThrowsAsync<Fault>(() => PushAsync([dead, living], path));
        Assert.Equal(FaultCode.Store, failed.Code);
        Assert.Contains($"is in {living.Address}", failed.Left, StringComparison.Ordinal);
        Assert.NotNull(await (await MadeWal.ArchiveAsync(living)).FindAsync(MadeWal.Name(1, 5), Token));
        dead.Weather = (_, _, _) => Loss.None;
        Assert.False((await PushAsync([dead, living], path)).WasThere);
        Assert.True((await PushAsync([dead, living], path)).WasThere);
    }

    [Fact]
    public async Task What_is_not_the_segment_that_its_name_says_is_refused()
    {
        var name = MadeWal.Name(1, 5);
        async Task RefusedAsync(byte[] bytes, string why)
        {
            var refused = await Assert.ThrowsAsync<Fault>(() => PushAsync([store], server.Ready(name, bytes)));
            Assert.Equal(FaultCode.Refused, refused.Code);
            Assert.Contains(why, refused.Why, StringComparison.Ordinal);
            await foreach (var stored in store.ListAsync("", _ => { }, Token)) Assert.Fail(stored.Key);
        }
        await RefusedAsync(MadeWal.Segment(name, cluster: 42), "system identifier 42");
        await RefusedAsync(MadeWal.Segment(name, closed: false), "half a segment");
        // As of a standby with archive_mode=always that wrote half of it over the file of segment 3.
        var reused = MadeWal.Segment(name, closed: false);
        for (var page = 8192; page < reused.Length; page += 8192)
        {
            MadeWal.Segment(name).AsSpan(0, 8).CopyTo(reused.AsSpan(page));
            reused[page + 2] = 0;
            BinaryPrimitives.WriteUInt64LittleEndian(reused.AsSpan(page + 8), MadeWal.Name(1, 3).Start(MadeWal.Size).Value + (ulong)page);
        }
        reused.AsSpan(64, 64).Fill(7);
        await RefusedAsync(reused, "half a segment");
        await RefusedAsync(MadeWal.Segment(MadeWal.Name(1, 6)), "belongs to");
        await RefusedAsync(MadeWal.Segment(name)[..^1], "power of two");
        await RefusedAsync(new byte[MadeWal.Size.Bytes], "no segment");
    }

    [Fact]
    public async Task A_segment_that_does_not_begin_as_a_receiver_brought_it_is_refused()
    {
        var (name, encoding) = (MadeWal.Name(1, 5), MadeWal.Plain());
        using var tail = new TailWriter(store, (await MadeWal.ArchiveAsync(store)).Keys.Incarnation, name, encoding);
        await tail.ShipAsync(_ => MadeWal.Segment(name, 2).AsMemory(0, 9000), Token);
        var refused = await Assert.ThrowsAsync<Fault>(() => PushAsync([store], server.Ready(name)));
        Assert.Equal((FaultCode.Refused, "the store holds another beginning of this segment"), (refused.Code, refused.What));
        Assert.Null(await (await MadeWal.ArchiveAsync(store)).FindAsync(name, Token));
        Assert.False((await PushAsync([store], server.Ready(name, MadeWal.Segment(name, 2)))).WasThere);
    }

    [Fact]
    public async Task A_record_of_wal_level_minimal_that_lies_across_the_border_is_marked_where_the_next_segment_is_there()
    {
        var name = MadeWal.Name(1, 5);
        var (one, next) = FullWal.AcrossTheBorder(name);
        await PushAsync([store], server.Ready(name, one));
        var archive = await MadeWal.ArchiveAsync(store);
        Assert.DoesNotContain(await archive.ListAsync(archive.Keys.All, Token), stored => stored.Object.Kind == WalObjectKind.Break);

        await File.WriteAllBytesAsync(server[$"pg_wal/{name.Next(MadeWal.Size)}"], next, Token);
        await PushAsync([store], server.Ready(name, one));
        Assert.Equal((name, $"{MadeWal.Size.Bytes - 24:X8}"), Assert.Single(await archive.ListAsync(archive.Keys.All, Token), stored => stored.Object.Kind == WalObjectKind.Break) is var mark ? (mark.Object.Segment, mark.Object.Mark) : default);
        Assert.Contains("wal_level=minimal", Assert.Single(remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_that_breaks_off_in_its_last_page_is_stored_but_not_from_a_standby()
    {
        var name = MadeWal.Name(1, 5);
        var bytes = FullWal.Segment(name, MadeWal.Size.Bytes - 4096);
        bytes.AsSpan(MadeWal.Size.Bytes - 4096).Fill(0xA5);
        await File.WriteAllBytesAsync(server["standby.signal"], [], Token);
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => PushAsync([store], server.Ready(name, bytes)))).Code);
        File.Delete(server["standby.signal"]);
        Assert.False((await PushAsync([store], server.Ready(name, bytes))).WasThere);
        Assert.Contains("cannot be replayed to its end", Assert.Single(remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_segment_is_stored_where_its_name_says_so_and_is_not_taken_for_a_whole_one()
    {
        var name = MadeWal.Name(1, 5);
        var path = server[$"pg_wal/{name}.partial"];
        await File.WriteAllBytesAsync(path, MadeWal.Segment(name, closed: false), Token);
        Assert.False((await PushAsync([store], path)).WasThere);
        Assert.True((await PushAsync([store], path)).WasThere);
        var archive = await MadeWal.ArchiveAsync(store);
        Assert.Null(await archive.FindAsync(name, Token));
        Assert.Equal(WalObjectKind.Partial, Assert.Single(await archive.ListAsync(archive.Keys.All, Token)).Object.Kind);
    }

    [Fact]
    public async Task History_files_and_notes_of_backups_are_stored_as_they_are()
    {
        foreach (var (file, text) in new[] { ("00000002.history", "1\t0/500028\tno recovery target specified\n"), ("000000010000000000000005.00000028.backup", "START WAL LOCATION: 0/500028\n") })
        {
            await File.WriteAllTextAsync(server[$"pg_wal/{file}"], text, Token);
            Assert.False((await PushAsync([store], server[$"pg_wal/{file}"])).WasThere);
            Assert.Equal(text, Encoding.ASCII.GetString((await (await MadeWal.ArchiveAsync(store)).ReadNoteAsync(WalFileName.Parse(file)!, Token))!));
        }
        await File.WriteAllTextAsync(server["pg_wal/00000003.history"], "9\tnonsense\n", Token);
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => PushAsync([store], server["pg_wal/00000003.history"]))).Code);
    }

    [Fact]
    public async Task A_store_that_was_seen_and_shows_nothing_now_is_not_begun_anew()
    {
        var mounted = server["mount"];
        await PushAsync([new LocalObjectStore(mounted)], server.Ready(MadeWal.Name(1, 5)));
        Directory.Move(mounted, server["away"]);
        Directory.CreateDirectory(mounted);
        var refused = await Assert.ThrowsAsync<Fault>(() => PushAsync([new LocalObjectStore(mounted)], server.Ready(MadeWal.Name(1, 6))));
        Assert.Equal(FaultCode.Store, refused.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(mounted));
        Directory.Delete(mounted);
        Directory.Move(server["away"], mounted);
        Assert.False((await PushAsync([new LocalObjectStore(mounted)], server.Ready(MadeWal.Name(1, 6)))).WasThere);
        // Emptied on purpose: as the message says.
        Directory.Delete(mounted, recursive: true);
        File.Delete(refused.Next!.Split('\'')[1]);
        Assert.False((await PushAsync([new LocalObjectStore(mounted)], server.Ready(MadeWal.Name(1, 7)))).WasThere);
    }

    [Fact]
    public async Task A_folder_that_holds_nothing_is_not_begun_by_a_server_that_has_archived_before_until_somebody_says_so()
    {
        var (done, store) = (server[$"pg_wal/archive_status/{MadeWal.Name(1, 4)}.done"], new LocalObjectStore(server["mount"]));
        await File.WriteAllBytesAsync(done, [], Token);
        var path = server.Ready(MadeWal.Name(1, 5));
        var refused = await Assert.ThrowsAsync<Fault>(() => PushAsync([store], path));
        Assert.Equal((FaultCode.Store, "the server has archived before, and this folder holds no WAL of anybody"), (refused.Code, refused.What));
        Assert.False(Directory.Exists(server["mount"]));
        // The first segment behind a promotion, as of a server that was restored.
        Assert.False((await PushAsync([new LocalObjectStore(server["other"])], server.Ready(MadeWal.Name(2, 5)))).WasThere);
        Directory.CreateDirectory(refused.Next!.Split('\'')[1]);
        Assert.False((await PushAsync([store], path)).WasThere);
    }

    [Fact]
    public async Task What_is_found_is_made_to_outlast_a_power_cut_before_that_is_said_of_it()
    {
        var path = server.Ready(MadeWal.Name(1, 5));
        await PushAsync([store], path);
        var counted = new UnreliableStore(store);
        Assert.True((await PushAsync([counted], path)).WasThere);
        Assert.Contains(counted.Asked, one => one.Operation == "settle" && one.Key.Contains($"{MadeWal.Name(1, 5)}.", StringComparison.Ordinal));
        counted.Weather = (operation, _, _) => operation == "settle" ? Loss.Request : Loss.None;
        Assert.Equal(FaultCode.Store, (await Assert.ThrowsAsync<Fault>(() => PushAsync([counted], path))).Code);
    }

    [Fact]
    public async Task A_failure_is_told_while_others_are_still_on_their_way()
    {
        var (own, neighbour) = (MadeWal.Name(1, 5), MadeWal.Name(1, 6));
        server.Ready(neighbour);
        await MadeWal.PutAsync(store, own, mark: 2);
        var slow = new UnreliableStore(store) { Hold = (_, key, token) => key.Contains($"{neighbour}", StringComparison.Ordinal) ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask };
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => PushAsync([slow], server.Ready(own)).WaitAsync(TimeSpan.FromMinutes(1), Token))).Code);
    }

    private Task<WalPushReport> PushAsync(IReadOnlyList<IObjectStore> stores, string path) =>
        new WalPushRunner(stores, MadeWal.Plain(), server.State, TimeProvider.System, remarks.Add).RunAsync(path, WalFileName.Parse(Path.GetFileName(path))!, server.Path, Token);
}
