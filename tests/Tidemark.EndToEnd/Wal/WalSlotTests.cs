using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>Servers that give the slot up, and limits that we keep ourselves.</summary>
public sealed class WalSlotTests : IDisposable
{
    private readonly Scratch scratch = new("wal-slot");

    private ArchivedWal Archive => new(scratch["backups"]);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public Task A_slot_that_the_server_gave_up_is_told_made_anew_and_what_is_missing_is_named() => GivenUpAsync(17);

    [Theory, Trait("takes", "minutes")]
    [MemberData(nameof(Servers.AllMajors), MemberType = typeof(Servers))]
    public Task A_slot_that_a_server_of_each_major_gave_up_is_made_anew(int major) => GivenUpAsync(major);

    [Fact, Trait("takes", "minutes")]
    public async Task A_slot_that_lay_idle_for_too_long_is_made_anew_and_nothing_is_lost_that_the_server_still_has()
    {
        await using var server = await StartAsync(18, ("idle_replication_slot_timeout", "1s"), ("wal_keep_size", "1GB"));
        var program = Program(server);
        var first = await SegmentAsync(server);
        await StopAsync(program, server, 1);
        await Waiting.UntilAsync(async () =>
        {
            await server.ExecuteAsync("postgres", "checkpoint");
            return await server.ScalarAsync<bool>("postgres", "select wal_status = 'lost' from pg_replication_slots");
        }, "the server has given the slot up");
        await FillAsync(server, 1);

        await using var receiver = await program.StartAsync("wal", "receive");
        await receiver.SaysAsync("the server has given up the replication slot tidemark");
        Assert.Contains("idle_timeout", receiver.Errors, StringComparison.Ordinal);
        var all = WalReceiveTests.Names(first, await SegmentAsync(server)).ToList();
        await Waiting.UntilAsync(() => Archive.Segments.Count >= all.Count, "all is in the store");
        receiver.Terminate();
        Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
        Assert.Equal(all, Archive.Segments);
        await Archive.AreThoseOfAsync(server, all);
    }

    [Fact]
    public async Task A_full_spool_is_told_holds_the_server_back_and_goes_on_by_itself_when_the_store_is_there_again()
    {
        SftpServer.Require();
        await using var sftp = await SftpServer.StartAsync();
        await using var server = await StartAsync(15);
        var (place, state) = (sftp.NewPlace(), scratch["state"]);
        var archive = new ArchivedWal(sftp.FolderOf(place));
        await using var receiver = await Program(server).With(place).With("XDG_STATE_HOME", state).With("BACKUP_WAL_SPOOL_LIMIT", "40MiB").StartAsync("wal", "receive");
        await receiver.SaysAsync("receiving from");
        var first = await SegmentAsync(server);
        await FillAsync(server, 1);
        await Waiting.UntilAsync(() => archive.Segments.Count >= 1, "the first is in the store");
        await sftp.KillAsync();
        await FillAsync(server, 9);
        await receiver.SaysAsync("the spool is full (40 MiB, BACKUP_WAL_SPOOL_LIMIT): nothing more is received");
        await Waiting.UntilAsync(async () => await server.ScalarAsync<bool>("postgres", "select restart_lsn > '0/3000000' from pg_replication_slots"), "what is in the spool is acknowledged");
        // Three at most, and the one that was begun.
        Assert.InRange(Directory.EnumerateFiles(state, "0*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length), 40 << 20, 4 * 16 << 20);
        Assert.True(await server.ScalarAsync<bool>("postgres", "select pg_current_wal_lsn() - restart_lsn > 4 * 16 * 1024 * 1024 from pg_replication_slots"));

        await sftp.RunAsync();
        // Whether its absence was told depends on whether a try outlasted it.
        await receiver.SaysAsync("the spool has room again", TimeSpan.FromMinutes(2));
        var all = WalReceiveTests.Names(first, await SegmentAsync(server)).ToList();
        await Waiting.UntilAsync(() => archive.Segments.Count >= all.Count, "all is in the store");
        receiver.Terminate();
        Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
        Assert.Equal(all, archive.Segments);
        await archive.AreThoseOfAsync(server, all);
    }

    [Fact, Trait("takes", "minutes")]
    public async Task In_a_full_spool_that_drops_the_store_that_is_there_is_enough_and_the_other_gets_a_gap_that_is_told()
    {
        await using var server = await StartAsync(15);
        var program = Program(server).With("BACKUP_WAL_SPOOL_LIMIT", "40MiB").With("BACKUP_WAL_OVER_LIMIT", "drop").With("BACKUP_DIR", $"{scratch["backups"]},{scratch["other"]}");
        var other = new ArchivedWal(scratch["other"]);
        await using var receiver = await program.StartAsync("wal", "receive");
        await receiver.SaysAsync("receiving from");
        var first = await SegmentAsync(server);
        await FillAsync(server, 1);
        await Waiting.UntilAsync(() => Archive.Segments.Count >= 1 && other.Segments.Count >= 1, "the first is in both");
        Directory.Move(scratch["other"], scratch["away"]);
        await FillAsync(server, 7);
        await Waiting.UntilAsync(() => Archive.Segments.Count >= 8, "all is in the store that is there");
        await receiver.SaysAsync("is not kept for the store that is away, which has a gap there");
        Directory.Move(scratch["away"], scratch["other"]);
        await receiver.SaysAsync($"{scratch["other"]} takes WAL again");
        await FillAsync(server, 1);
        var all = WalReceiveTests.Names(first, await SegmentAsync(server)).ToList();
        await Waiting.UntilAsync(() => Archive.Segments.Count >= all.Count && other.Segments.Count > 1 && other.Segments[^1] == all[^1], "both have the last");
        receiver.Terminate();
        Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
        Assert.Equal(all, Archive.Segments);
        await other.AreThoseOfAsync(server, other.Segments);

        var missing = all.Except(other.Segments).ToList();
        Assert.NotEmpty(missing);
        var status = (await program.RunAsync("wal", "status")).Ends().Output;
        Assert.Matches($"timeline 1 +gap +{missing[0]}", status);
    }

    [Theory, Trait("takes", "minutes")]
    [InlineData("alarm")]
    [InlineData("drop")]
    public async Task What_the_server_keeps_for_us_is_bounded_as_it_was_said(string overLimit)
    {
        SftpServer.Require();
        await using var sftp = await SftpServer.StartAsync();
        await using var server = await StartAsync(15);
        var place = sftp.NewPlace();
        var archive = new ArchivedWal(sftp.FolderOf(place));
        var program = Program(server).With(place).With("XDG_STATE_HOME", scratch["state"]).With("BACKUP_WAL_SPOOL_LIMIT", "40MiB").With("BACKUP_WAL_SLOT_LIMIT", "64MiB").With("BACKUP_WAL_OVER_LIMIT", overLimit);
        var first = await SegmentAsync(server);
        await using (var before = await program.StartAsync("wal", "receive"))
        {
            await before.SaysAsync("receiving from");
            await FillAsync(server, 1);
            await Waiting.UntilAsync(() => archive.Segments.Count >= 1, "the first is in the store");
            await sftp.KillAsync();
            await FillAsync(server, 12);
            await before.SaysAsync("the spool is full");
        }

        // Killed with a full spool, and started again: it receives nothing, and looks all the same.
        await using var receiver = await program.StartAsync("wal", "receive");
        await receiver.SaysAsync(overLimit == "drop" ? "dropped the slot tidemark" : "MiB of WAL for the slot tidemark, more than BACKUP_WAL_SLOT_LIMIT allows", TimeSpan.FromMinutes(3));
        Assert.Equal(overLimit == "drop" ? 0 : 1, await server.ScalarAsync<long>("postgres", "select count(*) from pg_replication_slots"));
        await server.ExecuteAsync("postgres", "checkpoint");
        await FillAsync(server, 1);
        await server.ExecuteAsync("postgres", "checkpoint");

        await sftp.RunAsync();
        await receiver.SaysAsync($"{place.Address} takes WAL again", TimeSpan.FromMinutes(3));
        if (overLimit == "drop") await receiver.SaysAsync("the server has no WAL from", TimeSpan.FromMinutes(3));
        await FillAsync(server, 1);
        var all = WalReceiveTests.Names(first, await SegmentAsync(server)).ToList();
        await Waiting.UntilAsync(() => archive.Segments is [.., var last] && last == all[^1], "the last is in the store");
        receiver.Terminate();
        Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
        if (overLimit == "alarm")
        {
            Assert.Equal(all, archive.Segments);
            return;
        }
        var missing = all.Except(archive.Segments).ToList();
        Assert.NotEmpty(missing);
        Assert.Matches($"timeline 1 +gap +{missing[0]}", (await program.RunAsync("wal", "status")).Ends().Output);
    }

    private async Task GivenUpAsync(int major)
    {
        await using var server = await StartAsync(major, ("max_slot_wal_keep_size", "32MB"), ("max_wal_size", "64MB"));
        var program = Program(server);
        var first = await SegmentAsync(server);
        await StopAsync(program, server, 1);
        await Waiting.UntilAsync(async () =>
        {
            await FillAsync(server, 1);
            await server.ExecuteAsync("postgres", "checkpoint");
            return await server.ScalarAsync<bool>("postgres", "select wal_status = 'lost' from pg_replication_slots");
        }, "the server has given the slot up");

        await using var receiver = await program.StartAsync("wal", "receive");
        await receiver.SaysAsync("the server has given up the replication slot tidemark");
        await receiver.SaysAsync("the server has no WAL from");
        await FillAsync(server, 2);
        var all = WalReceiveTests.Names(first, await SegmentAsync(server)).ToList();
        await Waiting.UntilAsync(() => Archive.Segments is [.., var last] && last == all[^1], "the last is in the store");
        receiver.Terminate();
        Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
        // Once, and not again and again.
        Assert.Equal(2, receiver.Errors.Split("has no WAL from").Length);
        Assert.Equal(2, receiver.Errors.Split("made the replication slot").Length);

        var missing = all.Except(Archive.Segments).ToList();
        var present = await server.ScalarAsync<string[]>("postgres", "select array_agg(name) from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$'");
        Assert.NotEmpty(missing);
        Assert.Empty(missing.Intersect(present!));
        var status = (await program.RunAsync("wal", "status")).Ends().Output;
        Assert.Matches($"timeline 1 +gap +{missing[0]}", status);
        Assert.True(await server.ScalarAsync<bool>("postgres", "select wal_status <> 'lost' from pg_replication_slots"));
    }

    /// <summary>Receives so many segments, and is gone.</summary>
    private async Task StopAsync(TidemarkProgram program, PostgresServer server, int segments)
    {
        await using var receiver = await program.StartAsync("wal", "receive");
        await receiver.SaysAsync("receiving from");
        await FillAsync(server, segments);
        await Waiting.UntilAsync(() => Archive.Segments.Count >= segments, "it is in the store");
        receiver.Terminate();
        Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
    }

    private TidemarkProgram Program(PostgresServer server) => new TidemarkProgram(scratch.Folder).With("DATABASE_URL", server.Url()).With("BACKUP_DIR", scratch["backups"]).With("BACKUP_WAL_SHIP_EVERY", "1s");

    private static Task<PostgresServer> StartAsync(int major, params (string Name, string Value)[] settings)
    {
        var lines = new Dictionary<string, string> { ["autovacuum"] = "off", ["checkpoint_timeout"] = "1h" };
        foreach (var (name, value) in settings) lines[name] = value;
        return PostgresServer.StartAsync(major, new ServerOptions { Settings = lines });
    }

    private static async Task FillAsync(PostgresServer server, int segments)
    {
        await server.ExecuteAsync("postgres", "create table if not exists work (id bigint, text text)");
        for (var count = 0; count < segments; count++) await server.ExecuteAsync("postgres", "insert into work select i, repeat(md5(i::text), 20) from generate_series(1, 1000) i; select pg_switch_wal()");
    }

    private static async Task<string> SegmentAsync(PostgresServer server) => (await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_current_wal_lsn())"))!;
}
