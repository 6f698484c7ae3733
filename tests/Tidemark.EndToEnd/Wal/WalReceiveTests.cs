using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>WAL from real servers into a folder, over kills and promotions.</summary>
public sealed class WalReceiveTests : IDisposable
{
    private static readonly ServerOptions Keeping = new() { Settings = new Dictionary<string, string> { ["wal_keep_size"] = "1GB", ["max_wal_size"] = "4GB", ["autovacuum"] = "off" } };

    private readonly Scratch scratch = new("wal");

    private ArchivedWal Archive => new(scratch["backups"]);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Segments_are_the_servers_though_the_receiver_is_killed_and_a_commit_is_in_the_store_within_seconds()
    {
        await using var server = await PostgresServer.StartAsync(15, Keeping);
        var program = Program(server.Url());
        var first = await SegmentAsync(server);
        await using (var killed = await program.StartAsync("wal", "receive"))
        {
            await killed.SaysAsync("receiving from");
            await WorkAsync(server, segments: 2);
            await Waiting.UntilAsync(() => Archive.Segments.Count >= 2, "two segments are in the store");
            await server.ExecuteAsync("postgres", "insert into work select i, md5(i::text) from generate_series(1, 10000) i");
            await CommitIsThereAsync(server);
            killed.KillAll();
        }

        await WorkAsync(server, segments: 1);
        await using var running = await program.StartAsync("wal", "receive");
        await WorkAsync(server, segments: 1);
        var last = await SegmentAsync(server);
        await Waiting.UntilAsync(() => Archive.Segments.Count >= 4, "four segments are in the store");
        await server.ExecuteAsync("postgres", "insert into work values (0, 'the last')");
        await CommitIsThereAsync(server);
        running.Terminate();
        var ended = await running.EndAsync();
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("stopped; timeline 1 is received up to", ended.Output, StringComparison.Ordinal);

        // Without a hole, and nothing of a complete segment is left among the pieces.
        Assert.Equal(Names(first, last), Archive.Segments);
        await Archive.AreThoseOfAsync(server, Archive.Segments);
        Assert.All(Archive.Segments, name => Assert.Equal(-1, Archive.TailOf(name)));
        // What was acknowledged is what the receiver said.
        var said = ended.Output[(ended.Output.LastIndexOf(' ') + 1)..].Trim();
        Assert.True(await server.ScalarAsync<bool>("postgres", $"select restart_lsn <= '{said}' and restart_lsn > '{said}'::pg_lsn - 1000000 from pg_replication_slots"));
    }

    [Fact]
    public async Task A_promotion_is_followed_to_the_new_primary()
    {
        await using var primary = await PostgresServer.StartAsync(15, Keeping);
        await using var standby = await primary.StandbyAsync();
        var program = Program($"postgresql://postgres@127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}/postgres?target_session_attrs=read-write");
        await using var running = await program.StartAsync("wal", "receive");
        await running.SaysAsync("receiving from");
        await WorkAsync(primary, segments: 1);
        await primary.ExecuteAsync("postgres", "insert into work values (1, 'on the old primary')");
        await CommitIsThereAsync(primary);
        var end = await primary.ScalarAsync<string>("postgres", "select pg_current_wal_lsn()::text");
        await Waiting.UntilAsync(async () => await standby.ScalarAsync<bool>("postgres", $"select pg_last_wal_replay_lsn() >= '{end}'"), "the standby has it, too");

        await primary.CrashAsync();
        await standby.PromoteAsync();
        await WorkAsync(standby, segments: 2);
        await Waiting.UntilAsync(() => Archive.Segments.Count(name => name.StartsWith("00000002", StringComparison.Ordinal)) >= 2, "segments of timeline 2 are in the store");
        running.Terminate();
        Assert.Equal(0, (await running.EndAsync()).ExitCode);

        Assert.True(Archive.HasHistory("00000002"));
        await Archive.AreThoseOfAsync(standby, Archive.Segments.Where(name => name.StartsWith("00000002", StringComparison.Ordinal)));
        // The number in which it forked is there under the new timeline, so that no number is missing.
        var numbers = Archive.Segments.Select(name => name[8..]).Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.Equal(Names("00000001" + numbers[0], "00000001" + numbers[^1]).Select(name => name[8..]), numbers[..^1]);
    }

    [Fact]
    public async Task What_the_disk_did_not_take_is_not_acknowledged()
    {
        await using var server = await PostgresServer.StartAsync(15, Keeping);
        var program = Program(server.Url());
        var name = await SegmentAsync(server);
        var open = Path.Combine(scratch["backups"], ".tidemark", "wal", (await server.ScalarAsync<string>("postgres", "select system_identifier::text from pg_control_system()"))!, $"{name}.open");
        var managed = TidemarkProgram.File.EndsWith(".dll", StringComparison.Ordinal);
        // Its folder is synced before it is there, and strace goes by the path: so it lies there already, empty.
        Directory.CreateDirectory(Path.GetDirectoryName(open)!);
        await File.WriteAllBytesAsync(open, [], TestContext.Current.CancellationToken);
        await using var running = await program.StartOtherAsync("strace",
            ["-f", "-qq", "-o", "/dev/null", "-P", open, "-e", "trace=fsync", "-e", "inject=fsync:error=EIO", "--", .. managed ? (string[])["dotnet", TidemarkProgram.File] : [TidemarkProgram.File], "wal", "receive"]);
        await running.SaysAsync("receiving from");
        await server.ExecuteAsync("postgres", "create table work (id bigint, text text)");
        var ended = await running.EndAsync();
        Assert.Equal(8, ended.ExitCode);
        Assert.Contains("fsync", ended.Errors, StringComparison.Ordinal);
        Assert.True(await server.ScalarAsync<bool>("postgres", "select restart_lsn <= (select redo_lsn from pg_control_checkpoint()) from pg_replication_slots"));
        Assert.Equal(-1, Archive.TailOf(name));

        // The next start goes on without hand-work.
        await using var again = await program.StartAsync("wal", "receive");
        await WorkAsync(server, segments: 1);
        await Waiting.UntilAsync(() => Archive.Segments.Contains(name), "the segment is in the store");
        await Archive.AreThoseOfAsync(server, [name]);
    }

    private TidemarkProgram Program(string url) => new TidemarkProgram(scratch.Folder).With("DATABASE_URL", url).With("BACKUP_DIR", scratch["backups"]).With("BACKUP_WAL_SHIP_EVERY", "1s");

    private static async Task WorkAsync(PostgresServer server, int segments)
    {
        await server.ExecuteAsync("postgres", "create table if not exists work (id bigint, text text)");
        for (var count = 0; count < segments; count++) await server.ExecuteAsync("postgres", "insert into work select i, repeat(md5(i::text), 20) from generate_series(1, 1000) i; select pg_switch_wal()");
    }

    private static async Task<string> SegmentAsync(PostgresServer server) => (await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_current_wal_lsn())"))!;

    /// <summary>What is committed now is in the store, as a segment or as a piece of one.</summary>
    private async Task CommitIsThereAsync(PostgresServer server)
    {
        var name = await SegmentAsync(server);
        var offset = await server.ScalarAsync<int>("postgres", "select (pg_walfile_name_offset(pg_current_wal_flush_lsn())).file_offset");
        await Waiting.UntilAsync(() => Archive.TailOf(name) >= offset || Archive.Segments.Contains(name), $"{name} is in the store up to byte {offset}");
    }

    /// <summary>From the first to the last but one, with 256 in each log: segments of 16 MiB.</summary>
    public static IEnumerable<string> Names(string first, string last)
    {
        for (var number = Convert.ToInt64(first[8..16], 16) * 256 + Convert.ToInt64(first[16..], 16); number < Convert.ToInt64(last[8..16], 16) * 256 + Convert.ToInt64(last[16..], 16); number++)
            yield return $"{first[..8]}{number / 256:X8}{number % 256:X8}";
    }
}
