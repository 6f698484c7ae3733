using System.Globalization;
using System.Text.Json;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

public sealed class WalStatusTests
{
    [Fact]
    public async Task It_tells_from_when_to_when_every_commit_is_there_what_is_missing_and_how_far_behind_the_store_is()
    {
        await using var server = await PostgresServer.StartAsync(17, new ServerOptions { Settings = new Dictionary<string, string> { ["wal_keep_size"] = "512MB", ["autovacuum"] = "off" } });
        using var scratch = new Scratch("wal-status");
        var tidemark = TidemarkProgram.For(server, "postgres", scratch.Folder);
        Assert.Equal(4, (await tidemark.RunAsync("wal", "status")).ExitCode);

        await server.ExecuteAsync("postgres", "SELECT pg_create_physical_replication_slot('kept', true)");
        var segments = new List<string> { await NextAsync(server), await NextAsync(server), await NextAsync(server) };
        foreach (var segment in segments) await PushAsync(tidemark, server, segment);
        var (document, exitCode) = await StatusAsync(tidemark);
        Assert.Equal(0, exitCode);
        var store = document.GetProperty("stores")[0];
        var range = Assert.Single(store.GetProperty("timelines")[0].GetProperty("ranges").EnumerateArray().ToList());
        // What pg_waldump says of the same segments, read one by one as we do.
        var times = await CommitsAsync(server, segments);
        Assert.Equal((times[0], times[^1]), (Time(range, "firstCommit"), Time(range, "lastCommit")));
        var slot = Assert.Single(document.GetProperty("server").GetProperty("slots").EnumerateArray().ToList());
        Assert.Equal(("kept", "reserved"), (slot.GetProperty("name").GetString(), slot.GetProperty("walStatus").GetString()));
        Assert.True(slot.GetProperty("heldBytes").GetInt64() > 2 * 16 << 20);

        // More than the store has; the lag is the server's own arithmetic.
        await server.ExecuteAsync("postgres", "CREATE TABLE more (n int)");
        (document, _) = await StatusAsync(tidemark);
        store = document.GetProperty("stores")[0];
        var lag = await server.ScalarAsync<decimal>("postgres", $"SELECT '{document.GetProperty("server").GetProperty("lsn").GetString()}'::pg_lsn - '{store.GetProperty("endLsn").GetString()}'::pg_lsn");
        Assert.Equal((long)lag, store.GetProperty("lagBytes").GetInt64());
        Assert.True(lag > 0 && store.GetProperty("behindSeconds").GetDouble() > 0);

        // Without the server, and with a segment gone from the store; then as it will be said in two hours.
        await server.StopAsync();
        File.Delete(Assert.Single(Directory.GetFiles(scratch["backups"], segments[1] + ".*", SearchOption.AllDirectories)));
        var text = await tidemark.With("BACKUP_RPO", "1h").RunAsync("wal", "status");
        Assert.Equal(0, text.ExitCode);
        Assert.Matches($"timeline 1 +gap +{segments[1]}, perhaps still under way\n", text.Output);
        Assert.Contains("what is stored is told without it", text.Errors, StringComparison.Ordinal);
        var later = await tidemark.WithClock("+2h").RunAsync("wal", "status");
        Assert.Equal(12, later.ExitCode);
        Assert.Contains(", the objective is 1 h 0 min", later.Output, StringComparison.Ordinal);
        Assert.Matches($"timeline 1 +gap +{segments[1]}\n", later.Output);
    }

    /// <summary>Fills the current segment a little, closes it, and returns its name.</summary>
    private static async Task<string> NextAsync(PostgresServer server)
    {
        await server.ExecuteAsync("postgres", "CREATE TABLE IF NOT EXISTS t (n int)");
        await server.ExecuteAsync("postgres", "INSERT INTO t VALUES (1)");
        return await server.ScalarAsync<string>("postgres", "SELECT pg_walfile_name(pg_switch_wal())") ?? "";
    }

    private static async Task PushAsync(TidemarkProgram tidemark, PostgresServer server, string segment)
    {
        var pushed = await tidemark.RunAsync("wal", "push", Path.Combine(server.DataFolder, "pg_wal", segment));
        Assert.True(pushed.ExitCode == 0, pushed.Errors);
    }

    private static async Task<(JsonElement Document, int ExitCode)> StatusAsync(TidemarkProgram tidemark)
    {
        var status = await tidemark.RunAsync("wal", "status", "--json");
        return (JsonDocument.Parse(status.Output).RootElement, status.ExitCode);
    }

    private static DateTimeOffset? Time(JsonElement range, string name) => range.GetProperty(name).GetDateTimeOffset();

    private static async Task<List<DateTimeOffset?>> CommitsAsync(PostgresServer server, List<string> segments)
    {
        var dump = await ChildProcess.OutputAsync(
            Path.Combine(server.Programs, "pg_waldump"), ["-p", Path.Combine(server.DataFolder, "pg_wal"), "--rmgr=Transaction", segments[0], segments[^1]], environment: new Dictionary<string, string> { ["TZ"] = "UTC" });
        return [.. dump.Split('\n').Where(line => line.Contains("desc: COMMIT ", StringComparison.Ordinal))
            .Select(line => (DateTimeOffset?)DateTimeOffset.Parse(line.Split("COMMIT ")[1][..26] + "Z", CultureInfo.InvariantCulture))];
    }
}
