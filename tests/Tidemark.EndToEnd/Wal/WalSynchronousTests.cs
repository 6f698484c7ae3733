using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>As a synchronous standby: what the server confirms is on our disk.</summary>
public sealed class WalSynchronousTests : IDisposable
{
    private readonly Scratch scratch = new("wal-sync");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_commit_is_confirmed_when_it_is_on_our_disk_and_not_before()
    {
        await using var server = await PostgresServer.StartAsync(17, new ServerOptions { Settings = new Dictionary<string, string> { ["autovacuum"] = "off" } });
        await server.ExecuteAsync("postgres", "create table work (id bigint)");
        var spool = scratch["backups", ".tidemark", "wal", (await server.ScalarAsync<string>("postgres", "select system_identifier::text from pg_control_system()"))!];
        // So that it is not a beat that tells the server.
        var program = new TidemarkProgram(scratch.Folder).With("DATABASE_URL", server.Url()).With("BACKUP_DIR", scratch["backups"]).With("BACKUP_WAL_SHIP_EVERY", "1h").With("BACKUP_WAL_SYNCHRONOUS", "yes");
        var waiting = Task.CompletedTask;
        await using (var receiver = await program.StartAsync("wal", "receive"))
        {
            await receiver.SaysAsync("receiving from");
            // This server is on the machine that receives: what it promises is not more than that.
            await receiver.SaysAsync("the server runs on this machine");
            await server.ExecuteAsync("postgres", "alter system set synchronous_standby_names = 'tidemark'");
            await server.ExecuteAsync("postgres", "select pg_reload_conf()");
            await Waiting.UntilAsync(async () => await server.ScalarAsync<string>("postgres", "select sync_state from pg_stat_replication") == "sync", "the receiver is the synchronous standby");

            for (var id = 1; id <= 20; id++)
            {
                await server.ExecuteAsync("postgres", $"insert into work values ({id})").WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
                await IsHereAsync(server, spool);
            }

            // Nothing is confirmed while it stands still.
            Signals.ToProcess(receiver.Id, Signals.Stop);
            var standing = server.ExecuteAsync("postgres", "insert into work values (21)");
            await Task.WhenAny(standing, Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken));
            Assert.False(standing.IsCompleted);
            Signals.ToProcess(receiver.Id, Signals.Continue);
            await standing.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await IsHereAsync(server, spool);

            // Nothing is applied here, so nothing is ever said to be.
            var applied = server.ExecuteAsync("postgres", "set synchronous_commit = remote_apply; insert into work values (0)");
            await Task.WhenAny(applied, Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken));
            Assert.False(applied.IsCompleted);
            await server.ExecuteAsync("postgres", "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'");
            await applied;
            receiver.KillAll();
            await receiver.EndAsync();
        }

        // Nor while the disk takes nothing.
        var open = Directory.EnumerateFiles(spool, "*.open").Single();
        var managed = TidemarkProgram.File.EndsWith(".dll", StringComparison.Ordinal);
        await using (var failing = await program.StartOtherAsync("strace",
            ["-f", "-qq", "-o", "/dev/null", "-P", open, "-e", "trace=fsync", "-e", "inject=fsync:error=EIO", "--", .. managed ? (string[])["dotnet", TidemarkProgram.File] : [TidemarkProgram.File], "wal", "receive"]))
        {
            waiting = server.ExecuteAsync("postgres", "insert into work values (22)");
            Assert.Equal(8, (await failing.EndAsync()).ExitCode);
            Assert.False(waiting.IsCompleted);
        }
        await using var again = await program.StartAsync("wal", "receive");
        await waiting.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await IsHereAsync(server, spool);
    }

    /// <summary>All that the server has confirmed lies in the spool, byte by byte.</summary>
    private static async Task IsHereAsync(PostgresServer server, string spool)
    {
        var name = (await server.ScalarAsync<string>("postgres", "select pg_walfile_name(sent_lsn) from pg_stat_replication"))!;
        var flushed = await server.ScalarAsync<int>("postgres", "select (pg_walfile_name_offset(flush_lsn)).file_offset from pg_stat_replication");
        Assert.NotEqual(0, flushed);
        var ours = await HeadAsync(Path.Combine(spool, name + ".open"), flushed);
        Assert.Equal(await HeadAsync(Path.Combine(server.DataFolder, "pg_wal", name), flushed), ours);
    }

    private static async Task<byte[]> HeadAsync(string path, int length)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[length];
        await file.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
        return bytes;
    }
}
