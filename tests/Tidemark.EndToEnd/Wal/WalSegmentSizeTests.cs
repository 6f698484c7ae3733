using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>Servers whose segments are not of 16 MiB: WAL received, pushed and fetched, and a server that recovers from it.</summary>
public sealed class WalSegmentSizeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(64, Traits = ["takes", "minutes"])]
    public async Task What_was_pushed_and_what_was_received_both_bring_a_server_back(int megabytes)
    {
        using var scratch = new Scratch("wal-size");
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        var tidemark = await Bystander.PutProgramAsync(scratch.Folder);
        string Command(string store, string words) => $"env -i PATH=/usr/local/bin:/usr/bin:/bin HOME={scratch.Folder} BACKUP_DIR={scratch[store]} {tidemark} {words}";
        var lines = new Dictionary<string, string>
        {
            ["archive_mode"] = "on",
            ["archive_command"] = Command("pushed", "wal push %p"),
            ["autovacuum"] = "off",
            ["checkpoint_timeout"] = "1h",
            ["wal_keep_size"] = "1GB",
            ["max_wal_size"] = "4GB",
            ["min_wal_size"] = $"{2 * megabytes}MB",
        };
        await using var server = await PostgresServer.StartAsync(17, new ServerOptions { SegmentMegabytes = megabytes, Settings = lines });
        await server.ExecuteAsync("postgres", "create table work (id bigint, text text)");
        await server.CopyAsync(scratch["base"]);

        var first = await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_current_wal_lsn())");
        await using (var receiver = await TidemarkProgram.For(server, "postgres", scratch.Folder).With("BACKUP_DIR", scratch["received"]).With("BACKUP_WAL_SHIP_EVERY", "1s").StartAsync("wal", "receive"))
        {
            await receiver.SaysAsync("receiving from");
            // One of them is full, the next ones are cut short.
            await server.ExecuteAsync("postgres", $"insert into work select i, (select string_agg(md5(random()::text), '') from generate_series(1, 30)) from generate_series(1, {megabytes * 1100}) i");
            foreach (var sql in (string[])["insert into work values (0, 'short')", "select pg_switch_wal()", "insert into work values (1, 'short')", "select pg_switch_wal()"]) await server.ExecuteAsync("postgres", sql);
            var last = (await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_current_wal_lsn())"))!;
            var pushed = new ArchivedWal(scratch["pushed"]);
            var received = new ArchivedWal(scratch["received"]);
            var all = Directory.EnumerateFiles(Path.Combine(server.DataFolder, "pg_wal")).Select(path => Path.GetFileName(path)).Where(name => name.Length == 24 && string.CompareOrdinal(name, first) >= 0 && string.CompareOrdinal(name, last) < 0).Order(StringComparer.Ordinal).ToList();
            await Waiting.UntilAsync(() => pushed.Segments.Count >= all.Count && received.Segments.Count >= all.Count, $"both stores have {all.Count} segments");
            await pushed.AreThoseOfAsync(server, all);
            await received.AreThoseOfAsync(server, all);
            receiver.Terminate();
            Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
            Assert.Equal(all, received.Segments);
        }

        var status = await TidemarkProgram.For(server, "postgres", scratch.Folder).With("BACKUP_DIR", scratch["received"]).RunAsync("wal", "status", "--json");
        var store = status.Ends().Json.GetProperty("stores")[0];
        Assert.InRange(store.GetProperty("lagBytes").GetInt64(), 0, (megabytes << 20) - 1);
        var rows = await server.ScalarAsync<string>("postgres", Content);
        foreach (var from in (string[])["pushed", "received"])
        {
            await ChildProcess.OutputAsync("chmod", ["-R", "a+rX", scratch[from]]);
            await using var recovered = await PostgresServer.StartAsync(17, new ServerOptions
            {
                DataFrom = scratch["base"],
                Recovers = true,
                Settings = new Dictionary<string, string>(lines) { ["archive_mode"] = "off", ["restore_command"] = Command(from, "wal fetch %f %p") },
            });
            Assert.Equal(rows, await recovered.ScalarAsync<string>("postgres", Content));
        }
    }

    private const string Content = "select count(*) || ' ' || md5(string_agg(id || text, ',' order by id, text)) from work";
}
