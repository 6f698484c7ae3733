using System.Globalization;
using Npgsql;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores.Bases;

/// <summary>--start: the recovery under our eyes, its WAL laid down or fetched, and what the server is then.</summary>
public sealed partial class BaseRestoreTests
{
    [Fact]
    public async Task A_server_that_fetches_its_own_WAL_waits_at_the_target_and_says_what_it_reached()
    {
        var (folder, port) = (await RestorableServer.FolderAsync(scratch, "data"), Ports.Free());
        var done = await StartedAsync(folder, port, "--wal", "fetch", "--at", source.AtTwoThousand);
        var recovery = done.GetProperty("recovery");
        Assert.Equal(("fetch", "copy", "paused"), (done.GetProperty("plan").GetProperty("wal").GetString(), done.GetProperty("as").GetString(), recovery.GetProperty("outcome").GetString()));
        try
        {
            Assert.Equal(2000, await ScalarAsync<long>(port, "select count(*) from rows"));
            Assert.Equal(await ScalarAsync<string>(port, "select pg_last_wal_replay_lsn()::text"), recovery.GetProperty("reachedLsn").GetString());
            Assert.Equal(await ScalarAsync<DateTime>(port, "select max(pg_xact_commit_timestamp(xmin)) from rows"), recovery.GetProperty("lastCommit").GetDateTime(), TimeSpan.FromMicroseconds(1));
            Assert.Equal("off/0", await ScalarAsync<string>(port, "select current_setting('archive_mode') || '/' || current_setting('max_logical_replication_workers')"));
            var command = (await ScalarAsync<string>(port, "show restore_command"))!;
            Assert.StartsWith("/", command, StringComparison.Ordinal);
            Assert.Contains(" wal fetch --settings pg_wal/tidemark-recovery/settings --plan pg_wal/tidemark-recovery/plan.json %f %p", command, StringComparison.Ordinal);
            // Nothing came but what was fetched by the server itself.
            Assert.Contains("restored log file", await File.ReadAllTextAsync(recovery.GetProperty("log").GetString()!, Token), StringComparison.Ordinal);
            var settings = Path.Combine(folder, "pg_wal", "tidemark-recovery", "settings");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(settings));
            Assert.Contains($"BACKUP_DIR='{source.Store}'", await File.ReadAllTextAsync(settings, Token), StringComparison.Ordinal);
        }
        finally
        {
            await StopAsync(folder);
        }
    }

    [Fact]
    public async Task A_server_that_is_to_take_the_place_of_the_lost_one_goes_on_by_itself_and_archives()
    {
        var (folder, port) = (await RestorableServer.FolderAsync(scratch, "data"), Ports.Free());
        var done = await StartedAsync(folder, port, "--as", "primary", "--promote");
        var recovery = done.GetProperty("recovery");
        Assert.Equal(("local", "primary", "promoted"), (done.GetProperty("plan").GetProperty("wal").GetString(), done.GetProperty("as").GetString(), recovery.GetProperty("outcome").GetString()));
        try
        {
            Assert.Equal(4000, await ScalarAsync<long>(port, "select count(*) from rows"));
            Assert.Equal("on", await ScalarAsync<string>(port, "show archive_mode"));
            Assert.Equal(2, recovery.GetProperty("timeline").GetInt32());
            Assert.Equal("false", await ScalarAsync<string>(port, "select pg_is_in_recovery()::text"));
            await Dumps.Waiting.UntilAsync(() => Directory.EnumerateFiles(source.Store, "00000002.history*", SearchOption.AllDirectories).Any(), "its timeline is in the store");
        }
        finally
        {
            await StopAsync(folder);
        }
    }

    [Fact, Trait("takes", "minutes")]
    public async Task A_standby_follows_its_primary_from_where_the_store_ends()
    {
        var (folder, port) = (await RestorableServer.FolderAsync(scratch, "data"), Ports.Free());
        (await source.Program(scratch).RunAsync("restore", "latest", "--target-dir", folder, "--as", "standby", "--at", source.AtTwoThousand)).Ends(2);
        var secret = (await source.Program(scratch).RunAsync("restore", "latest", "--target-dir", folder, "--as", "standby", "--primary", "host=127.0.0.1 password=hidden-word")).Ends(2);
        Assert.DoesNotContain("hidden-word", secret.Errors, StringComparison.Ordinal);
        await source.Server.StartAsync();
        try
        {
            var done = await StartedAsync(folder, port, "--as", "standby", "--primary", $"host=127.0.0.1 port={source.Server.Port} user=postgres");
            Assert.Equal("following", done.GetProperty("recovery").GetProperty("outcome").GetString());
            await source.Server.ExecuteAsync("postgres", "drop table if exists followed; create table followed as select 1");
            await Dumps.Waiting.UntilAsync(async () => await ScalarAsync<long>(port, "select count(*) from pg_class where relname = 'followed'") == 1, "the standby has what the primary wrote");
            Assert.Equal(4000, await ScalarAsync<long>(port, "select count(*) from rows"));
        }
        finally
        {
            await StopAsync(folder);
            await source.Server.StopAsync();
        }
    }

    [Fact]
    public async Task A_way_to_the_WAL_that_the_servers_user_cannot_go_is_found_before_anything_is_written()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root restores for another user");
        var folder = await RestorableServer.FolderAsync(scratch, "data");
        // What root may read and the server's user may not.
        var hidden = scratch["hidden"];
        await ChildProcess.OutputAsync("cp", ["-a", source.Store, hidden]);
        await ChildProcess.OutputAsync("chown", ["-R", "0:0", hidden]);
        var program = source.Program(scratch).With("BACKUP_DIR", hidden);
        var refused = (await program.RunAsync("restore", "latest", "--target-dir", folder, "--wal", "fetch", "--tablespace", $"{source.Tablespace}={scratch["moved"]}")).Ends(5);
        Assert.Contains("the server could not fetch its WAL", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--wal local", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "base")));

        // The same folder, another way: the half work is taken up.
        (await program.RunAsync("restore", "latest", "--target-dir", folder, "--wal", "local", "--tablespace", $"{source.Tablespace}={scratch["moved"]}")).Ends();
        Assert.True(File.Exists(Path.Combine(folder, "global", "pg_control")));
    }

    [Fact, Trait("takes", "minutes")]
    public async Task A_server_that_ran_is_brought_to_another_moment_by_what_differs()
    {
        var (folder, port) = (await RestorableServer.FolderAsync(scratch, "data"), Ports.Free());
        await StartedAsync(folder, port, "--at", source.AtTwoThousand, "--promote");
        var refused = (await source.Program(scratch).RunAsync("restore", "latest", "--target-dir", folder, "--delta")).Ends(5);
        Assert.Contains("a server seems to run on this folder", refused.Errors, StringComparison.Ordinal);
        await StopAsync(folder);
        string[] words = ["restore", "latest", "--target-dir", folder, "--delta", "--json"];
        var look = (await source.Program(scratch).RunAsync([.. words, "--dry-run"])).Ends().Json.GetProperty("delta");
        Assert.InRange(look.GetProperty("bytes").GetInt64(), 1, look.GetProperty("keptBytes").GetInt64() / 10);
        var done = (await source.Program(scratch).RunAsync(words)).Ends().Json;
        Assert.Equal(look.GetProperty("bytes").GetInt64(), done.GetProperty("writtenBytes").GetInt64());
        Assert.StartsWith($"{folder}.pg_wal-before-", Assert.Single(done.GetProperty("movedAside").EnumerateArray().Select(path => path.GetString()!)), StringComparison.Ordinal);
        await ChildProcess.OutputAsync(Path.Combine(source.Server.Clients, "pg_verifybackup"), ["-q", folder], asServerUser: true);
        Assert.Equal(4000, await RestorableServer.RowsAsync(folder));
        // Its tablespace stayed where its link led, and that of the server that was backed up is as it was.
        Assert.Equal(scratch["moved"], File.ResolveLinkTarget(Path.Combine(folder, "pg_tblspc", "16384"), returnFinalTarget: false)!.FullName);
    }

    private async Task<System.Text.Json.JsonElement> StartedAsync(string folder, int port, params string[] words)
    {
        var program = source.Program(scratch);
        program.With("PATH", $"{source.Server.Programs}:{program.Environment["PATH"]}");
        return (await program.RunAsync(["restore", "latest", "--target-dir", folder, "--tablespace", $"{source.Tablespace}={scratch["moved"]}", "--start", "--port", port.ToString(CultureInfo.InvariantCulture), "--json", .. words])).Ends().Json;
    }

    private Task StopAsync(string folder) => !File.Exists(Path.Combine(folder, "postmaster.pid")) ? Task.CompletedTask
        : ChildProcess.OutputAsync(Path.Combine(source.Server.Programs, "pg_ctl"), ["stop", "-D", folder, "-m", "immediate"], asServerUser: true);

    private static async Task<T?> ScalarAsync<T>(int port, string sql)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token) is T value ? value : default;
    }
}
