using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>Two servers that archive into one store: a standby with archive_mode=always, and one that is rewound to follow the other.</summary>
[Trait("takes", "minutes")]
public sealed class WalRewindTests : IAsyncLifetime
{
    private readonly Scratch scratch = new("wal-pair");
    private string program = "";

    public async ValueTask InitializeAsync()
    {
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        program = await Bystander.PutProgramAsync(scratch.Folder);
    }

    public ValueTask DisposeAsync()
    {
        scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Half_a_segment_that_a_standby_hands_over_as_a_whole_one_is_refused_until_the_whole_one_is_there()
    {
        await using var primary = await PostgresServer.StartAsync(15, With(("archive_mode", "always"), ("min_wal_size", "32MB"), ("max_wal_size", "48MB")));
        await primary.ExecuteAsync("postgres", "create table rows (n int)");
        await using var standby = await primary.StandbyAsync();
        for (var part = 0; part < 4; part++)
        {
            await WriteAsync(primary);
            // So that files of old segments are used again, on both.
            await primary.ExecuteAsync("postgres", "checkpoint");
            await standby.ExecuteAsync("postgres", "checkpoint");
        }
        await using var cascade = await standby.StandbyAsync();
        await primary.ExecuteAsync("postgres", "insert into rows values (0)");
        var end = await primary.ScalarAsync<string>("postgres", "select pg_current_wal_flush_lsn()::text");
        await Waiting.UntilAsync(async () => await cascade.ScalarAsync<bool>("postgres", $"select pg_last_wal_receive_lsn() >= '{end}'"), "the last of the chain has received all");
        // It follows to the new timeline, and marks the segment that it was in as ready.
        await standby.PromoteAsync();
        await Waiting.UntilAsync(() => cascade.Log.Contains("half a segment under the name of a whole one", StringComparison.Ordinal), "half a segment was handed over and refused");
        var half = cascade.Log.Split("half a segment under the name of a whole one")[0].Split('\n')[^1];
        var archive = new ArchivedWal(scratch["store"]);
        Assert.DoesNotContain(archive.Segments, name => half.Contains(name, StringComparison.Ordinal));

        // The one that was left behind closes it, on its branch.
        await primary.ExecuteAsync("postgres", "insert into rows values (0)");
        var last = (await primary.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_switch_wal() - 1)"))!;
        await Waiting.UntilAsync(() => archive.Segments.Contains(last), "the whole segment is in the store");
        await archive.AreThoseOfAsync(primary, archive.Segments.Where(name => File.Exists(Path.Combine(primary.DataFolder, "pg_wal", name))));
    }

    [Fact]
    public async Task A_server_that_was_left_behind_is_rewound_with_its_own_branch_from_the_store_where_the_timeline_is_named()
    {
        await using var old = await PostgresServer.StartAsync(15, With(("archive_mode", "on"), ("wal_log_hints", "on"), ("min_wal_size", "32MB"), ("restore_command", Command("wal fetch %f %p"))));
        await old.ExecuteAsync("postgres", "create table rows (n int)");
        // A standby waits for a store that shows nothing of its cluster.
        await WriteAsync(old);
        await Waiting.UntilAsync(() => new ArchivedWal(scratch["store"]).Segments.Count > 0, "something is archived");
        await using var next = await old.StandbyAsync();
        var common = (await old.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_current_wal_lsn())"))!;
        await next.PromoteAsync();
        await next.ExecuteAsync("postgres", "insert into rows values (1), (2); checkpoint");
        await Waiting.UntilAsync(() => new ArchivedWal(scratch["store"]).HasHistory("00000002"), "the history of the new branch is in the store");
        for (var part = 0; part < 3; part++) await WriteAsync(old);
        var last = (await old.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_switch_wal() - 1)"))!;
        await Waiting.UntilAsync(async () => string.CompareOrdinal(await old.ScalarAsync<string>("postgres", "select last_archived_wal from pg_stat_archiver"), last) >= 0, "the old branch is archived");
        await old.ExecuteAsync("postgres", "checkpoint");
        await old.StopAsync();
        Assert.False(File.Exists(Path.Combine(old.DataFolder, "pg_wal", common)));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(RewindAsync);
        Assert.Contains("this segment lies past a fork of its timeline", refused.Message, StringComparison.Ordinal);
        await File.AppendAllTextAsync(Path.Combine(old.DataFolder, "postgresql.conf"), $"\nrestore_command = '{Command("wal fetch --timeline 1 %f %p")}'\n", TestContext.Current.CancellationToken);
        await RewindAsync();
        await ChildProcess.OutputAsync("sed", ["-i", $"s|^unix_socket_directories.*|unix_socket_directories = '{old.SocketFolder}'|", Path.Combine(old.DataFolder, "postgresql.conf")], asServerUser: true);
        await old.StartAsync();
        await Waiting.UntilAsync(async () => await old.ScalarAsync<long>("postgres", "select count(*) from rows") == 20_002, "the server that was rewound follows the other");

        Task RewindAsync() => ChildProcess.OutputAsync(
            Path.Combine(old.Programs, "pg_rewind"), ["-D", old.DataFolder, $"--source-server={next.SocketUrl()}", "--restore-target-wal", "--write-recovery-conf", "--no-sync"], asServerUser: true);
    }

    private string Command(string words) => $"env -i PATH=/usr/local/bin:/usr/bin:/bin HOME={scratch.Folder} BACKUP_DIR={scratch["store"]} {program} {words}";

    private ServerOptions With(params (string Name, string Value)[] settings) =>
        new() { Settings = settings.Append(("archive_command", Command("wal push %p %f"))).ToDictionary(line => line.Item1, line => line.Item2) };

    private static Task WriteAsync(PostgresServer server) => server.ExecuteAsync("postgres", "insert into rows select n from generate_series(1, 20000) n; select pg_switch_wal()");
}
