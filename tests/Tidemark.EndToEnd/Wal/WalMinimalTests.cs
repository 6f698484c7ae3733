using System.Globalization;
using System.Text.Json;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>A server that ran with wal_level=minimal for a while, within one segment: none is missing, and still no recovery gets past it.</summary>
public sealed class WalMinimalTests
{
    private const string Content = "select count(*) || ' ' || md5(string_agg(n::text, ',' order by n)) from work";

    [Fact, Trait("takes", "minutes")]
    public async Task What_is_reached_ends_where_the_log_was_minimal_as_a_server_that_recovers_finds()
    {
        using var scratch = new Scratch("wal-minimal");
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        var tidemark = await Bystander.PutProgramAsync(scratch.Folder);
        string Command(string words) => $"env -i PATH=/usr/local/bin:/usr/bin:/bin HOME={scratch.Folder} BACKUP_DIR={scratch["pushed"]} {tidemark} {words}";
        await using var server = await PostgresServer.StartAsync(18, new ServerOptions
        {
            Settings = new Dictionary<string, string> { ["archive_mode"] = "on", ["archive_command"] = Command("wal push %p"), ["autovacuum"] = "off", ["checkpoint_timeout"] = "1h", ["wal_keep_size"] = "256MB" },
        });
        await server.ExecuteAsync("postgres", "create table work (n int)");
        await server.CopyAsync(scratch["base"]);
        await server.ExecuteAsync("postgres", "insert into work select generate_series(1, 1000)");
        var before = await server.ScalarAsync<string>("postgres", Content);

        foreach (var setting in (string[])["wal_level = minimal", "max_wal_senders = 0", "archive_mode = off"]) await server.ExecuteAsync("postgres", $"alter system set {setting}");
        await server.StopAsync();
        await server.StartAsync();
        // Not in the log: that is what minimal is for.
        await server.ExecuteAsync("postgres", "begin; create table quick (n int); insert into quick select generate_series(1, 1000); commit");
        await server.ExecuteAsync("postgres", "alter system reset all");
        await server.StopAsync();
        // A receiver begins at the first byte of the segment: it gets the record, too.
        await server.StartAsync();
        var received = TidemarkProgram.For(server, "postgres", scratch.Folder).With("BACKUP_DIR", scratch["received"]).With("BACKUP_WAL_SHIP_EVERY", "1s");
        await using var receiver = await received.StartAsync("wal", "receive");
        await receiver.SaysAsync("receiving from");
        await server.ExecuteAsync("postgres", "insert into work select generate_series(1001, 2000)");
        var segment = (await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_switch_wal())"))!;
        await Waiting.UntilAsync(async () => string.CompareOrdinal(await server.ScalarAsync<string>("postgres", "select last_archived_wal from pg_stat_archiver"), segment) >= 0, "all is archived");
        await Waiting.UntilAsync(() => new ArchivedWal(scratch["received"]).Segments.Contains(segment), "all is received");
        Assert.Contains("the server says wal_level=minimal", server.Log, StringComparison.Ordinal);

        // As pg_waldump reads the segment.
        var dump = await ChildProcess.OutputAsync(Path.Combine(server.Programs, "pg_waldump"), ["--rmgr=XLOG", Path.Combine(server.DataFolder, "pg_wal", segment)]);
        var at = dump.Split('\n').Single(line => line.Contains("PARAMETER_CHANGE", StringComparison.Ordinal) && line.Contains("wal_level=minimal", StringComparison.Ordinal)).Split("lsn: ")[1].Split(',')[0];
        var place = $"{Convert.ToUInt32(at.Split('/')[0], 16):X}/{Convert.ToUInt32(at.Split('/')[1], 16):X}";
        var commits = (await ChildProcess.OutputAsync(Path.Combine(server.Programs, "pg_waldump"), ["-p", Path.Combine(server.DataFolder, "pg_wal"), "--rmgr=Transaction", "000000010000000000000001", segment], environment: new Dictionary<string, string> { ["TZ"] = "UTC" }))
            .Split('\n').Where(line => line.Contains("desc: COMMIT ", StringComparison.Ordinal))
            .ToLookup(line => string.CompareOrdinal(line.Split("lsn: ")[1].Split(',')[0], at) < 0, line => DateTimeOffset.Parse(line.Split("COMMIT ")[1][..26] + "Z", CultureInfo.InvariantCulture));
        foreach (var store in (string[])["pushed", "received"])
        {
            var status = (await received.With("BACKUP_DIR", scratch[store]).RunAsync("wal", "status", "--json")).Ends().Json.GetProperty("stores")[0].GetProperty("timelines")[0];
            Assert.Equal(place, Assert.Single(status.GetProperty("breaks").EnumerateArray().ToList()).GetString());
            Assert.Empty(status.GetProperty("gaps").EnumerateArray());
            var (reached, after) = (status.GetProperty("ranges")[0], status.GetProperty("ranges")[1]);
            Assert.Equal(place, reached.GetProperty("endLsn").GetString());
            // A server that archives closes its segment when it stops: what was received begins behind the last commit.
            Assert.Equal(store == "pushed" ? commits[true].Last() : null, reached.GetProperty("lastCommit") is { ValueKind: JsonValueKind.String } last ? last.GetDateTimeOffset() : (DateTimeOffset?)null);
            Assert.Equal(commits[false].First(), after.GetProperty("firstCommit").GetDateTimeOffset());
        }

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () => await (await RecoverAsync()).DisposeAsync());
        Assert.Contains("wal_level=minimal", refused.Message, StringComparison.Ordinal);
        await using var recovered = await RecoverAsync(("recovery_target_lsn", place), ("recovery_target_inclusive", "off"), ("recovery_target_action", "promote"));
        Assert.Equal(before, await recovered.ScalarAsync<string>("postgres", Content));

        Task<PostgresServer> RecoverAsync(params (string Name, string Value)[] settings)
        {
            var lines = new Dictionary<string, string> { ["restore_command"] = Command("wal fetch %f %p") };
            foreach (var (name, value) in settings) lines[name] = value;
            return PostgresServer.StartAsync(18, new ServerOptions { DataFrom = scratch["base"], Recovers = true, Settings = lines });
        }
    }
}
