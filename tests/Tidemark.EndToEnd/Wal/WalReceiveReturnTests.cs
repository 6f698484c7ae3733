using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>Servers that come back as they were, come back as they should not, or do not come back.</summary>
public sealed class WalReceiveReturnTests : IDisposable
{
    private static readonly ServerOptions Keeping = new() { Settings = new Dictionary<string, string> { ["wal_keep_size"] = "1GB", ["max_wal_size"] = "4GB", ["autovacuum"] = "off" } };

    private readonly Scratch scratch = new("wal-return");

    private ArchivedWal Archive => new(scratch["backups"]);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_server_that_crashed_in_the_middle_of_a_segment_is_received_on()
    {
        await using var server = await PostgresServer.StartAsync(15, Keeping);
        await using var receiver = await Program(server.Url()).StartAsync("wal", "receive");
        await receiver.SaysAsync("receiving from");
        await server.ExecuteAsync("postgres", "create table work (id bigint); insert into work select generate_series(1, 10000)");
        await IsThereAsync(await EndAsync(server));
        await server.CrashAsync();
        await server.StartAsync();
        await server.ExecuteAsync("postgres", "insert into work values (0)");
        await IsThereAsync(await EndAsync(server));
        var name = await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_switch_wal())");
        await Waiting.UntilAsync(() => Archive.Segments.Contains(name!), "its segment is in the store");
        await Archive.AreThoseOfAsync(server, [name!]);
        receiver.Terminate();
        Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
    }

    /// <summary>They are confirmed, and here alone: the server is gone, and so is the process that took them.</summary>
    [Fact]
    public async Task The_last_commits_of_a_server_that_is_gone_for_good_come_into_the_store()
    {
        await using var server = await PostgresServer.StartAsync(15, Keeping);
        var program = Program(server.Url()).With("BACKUP_WAL_SHIP_EVERY", "1h").With("BACKUP_WAL_SYNCHRONOUS", "yes");
        await using var receiver = await program.StartAsync("wal", "receive");
        await receiver.SaysAsync("receiving from");
        await server.ExecuteAsync("postgres", "create table work (id bigint); insert into work select generate_series(1, 10000)");
        var end = await EndAsync(server);
        await Waiting.UntilAsync(async () => await server.ScalarAsync<bool>("postgres", $"select coalesce(min(flush_lsn - '0/0'), 0) >= {end} from pg_stat_replication"), "it is acknowledged");
        receiver.KillAll();
        await server.CrashAsync();
        Assert.True(Archive.End < end);

        (await program.RunAsync("wal", "receive")).Ends(7);
        Assert.True(Archive.End >= end, $"{Archive.End} is in the store, and {end} was acknowledged");
    }

    [Fact]
    public async Task A_copy_that_was_left_behind_is_refused_and_passed_over_and_no_history_is_missing_after_two_promotions()
    {
        await using var server = await PostgresServer.StartAsync(15, Keeping);
        await server.StopAsync();
        await using var old = await PostgresServer.StartAsync(15, Keeping with { DataFrom = server.DataFolder });
        await server.StartAsync();
        await using (var receiver = await Program(server.Url()).StartAsync("wal", "receive"))
        {
            await receiver.SaysAsync("receiving from");
            await server.ExecuteAsync("postgres", "create table work (id bigint); insert into work select generate_series(1, 10000)");
            await server.ExecuteAsync("postgres", "select pg_switch_wal()");
            await server.ExecuteAsync("postgres", "insert into work values (0)");
            await IsThereAsync(await EndAsync(server));
            receiver.Terminate();
            Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
        }

        // The same timeline, and less of it: a machine that was set back to a snapshot.
        var refused = (await Program(old.Url()).RunAsync("wal", "receive")).Ends(5);
        Assert.Contains("set back in time", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await old.ScalarAsync<long>("postgres", "select count(*) from pg_replication_slots"));
        // Who reads in the store from another machine is told, until somebody decides.
        using var elsewhere = new Scratch("wal-elsewhere");
        var reader = new TidemarkProgram(elsewhere.Folder).With("BACKUP_DIR", scratch["backups"]);
        var mark = Assert.Single(Directory.GetFiles(scratch["backups"], "00000001.*.conflict", SearchOption.AllDirectories));
        Assert.Contains(Path.GetFileName(mark), (await reader.RunAsync("wal", "status")).Ends(0).Output, StringComparison.Ordinal);
        var newest = Archive.Segments.Max()!;
        Assert.Contains("written twice", (await reader.RunAsync("wal", "fetch", newest, elsewhere[newest])).Ends(126).Errors, StringComparison.Ordinal);
        File.Delete(mark);
        (await reader.RunAsync("wal", "fetch", newest, elsewhere[newest])).Ends(0);

        for (var promotions = 0; promotions < 2; promotions++)
        {
            await server.StopAsync();
            await ChildProcess.OutputAsync("touch", [Path.Combine(server.DataFolder, "standby.signal")], asServerUser: true);
            await server.StartAsync();
            await server.PromoteAsync();
            await server.ExecuteAsync("postgres", "insert into work values (0)");
        }

        await using var both = await Program($"postgresql://postgres@127.0.0.1:{old.Port},127.0.0.1:{server.Port}/postgres?target_session_attrs=read-write").StartAsync("wal", "receive");
        await both.SaysAsync($"receiving from 127.0.0.1:{server.Port}");
        await IsThereAsync(await EndAsync(server));
        // From another process, as any run.
        var run = (await Program(server.Url()).RunAsync("runs", "list", "--json")).Ends(0).Json.GetProperty("runs")[0];
        Assert.Equal("running", run.GetProperty("state").GetString());
        (await Program(server.Url()).RunAsync("runs", "cancel", run.GetProperty("id").GetString()!)).Ends(0);
        var cancelled = await both.EndAsync();
        Assert.Equal(130, cancelled.ExitCode);
        Assert.Contains("asked for it to stop", cancelled.Errors, StringComparison.Ordinal);
        Assert.True(Archive.HasHistory("00000002"));
        Assert.True(Archive.HasHistory("00000003"));
    }

    private TidemarkProgram Program(string url) => new TidemarkProgram(scratch.Folder).With("DATABASE_URL", url).With("BACKUP_DIR", scratch["backups"]).With("BACKUP_WAL_SHIP_EVERY", "1s");

    private static async Task<long> EndAsync(PostgresServer server) => await server.ScalarAsync<long>("postgres", "select (pg_current_wal_flush_lsn() - '0/0')::bigint");

    private Task IsThereAsync(long end) => Waiting.UntilAsync(() => Archive.End >= end, $"byte {end} of the log is in the store");
}
