using System.Globalization;
using System.Text.Json;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;
using Tidemark.Tests.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>What those hear who watch a service that receives WAL.</summary>
public sealed class WalWatchTests
{
    [Fact]
    public async Task Status_and_metrics_show_how_far_WAL_reaches_and_a_server_that_is_gone_is_told_until_it_is_back()
    {
        await using var server = await PostgresServer.StartAsync(17, new ServerOptions { Settings = new Dictionary<string, string> { ["autovacuum"] = "off" } });
        using var scratch = new Scratch("wal-watch");
        await using var web = new WebListener();
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder).With("BACKUP_WAL", "receive").With("BACKUP_WAL_SHIP_EVERY", "1s").With("BACKUP_RPO", "4s").With("NOTIFY_WEBHOOK_URL", web.Address);
        var alone = (await program.RunAsync("status")).Ends(12);
        Assert.DoesNotContain("WAL", alone.Output, StringComparison.Ordinal);

        await using var service = await Service.StartAsync(program);
        await server.ExecuteAsync("postgres", "create table work (n int)");
        var (committed, place) = (await server.ScalarAsync<DateTime>("postgres", "select clock_timestamp()"), await server.ScalarAsync<string>("postgres", "select pg_current_wal_flush_lsn()::text"));
        var store = default(JsonElement);
        await Waiting.UntilAsync(async () =>
        {
            var told = (await program.RunAsync("status", "--json")).Ends(12).Json;
            if (!told.TryGetProperty("wal", out var wal)) return false;
            store = wal.GetProperty("stores")[0];
            // WAL without a base backup protects nothing.
            Assert.Equal(("exposed", true), (told.GetProperty("databases")[0].GetProperty("state").GetString(), wal.GetProperty("words").GetString()!.StartsWith("WAL alone restores nothing", StringComparison.Ordinal)));
            return store.GetProperty("everyCommitUntil") is { ValueKind: JsonValueKind.String } until && until.GetDateTimeOffset() >= committed;
        }, "the commit is in the store");
        Assert.True(await server.ScalarAsync<bool>("postgres", $"select '{store.GetProperty("lsn").GetString()}'::pg_lsn >= '{place}'"));
        Assert.Equal(await server.ScalarAsync<string>("postgres", "select system_identifier::text from pg_control_system()"), store.GetProperty("systemIdentifier").GetString());
        Assert.Matches("WAL +reach +/.*: every commit up to 20.*Z is there, .* old\n +WAL alone restores nothing", (await program.RunAsync("status")).Ends(12).Output);

        var page = await PageAsync(service);
        Assert.InRange(Of(page, "tidemark_wal_reach_age_seconds"), 0, 30);
        Assert.Equal(1, Of(page, "tidemark_wal_receiving"));
        Assert.InRange(Of(page, "tidemark_wal_lag_bytes"), 0, 1 << 20);
        Assert.InRange(Of(page, "tidemark_wal_slot_held_bytes{cluster=\"default\",slot=\"tidemark\"}"), 0, (double)await server.ScalarAsync<decimal>("postgres", "select pg_current_wal_lsn() - '0/0'::pg_lsn"));
        Assert.Contains("tidemark_wal_reach_age_seconds{", (await program.RunAsync("metrics")).Ends().Output, StringComparison.Ordinal);
        Assert.StartsWith("slot tidemark is read, and holds back", await WalOfDoctorAsync(program), StringComparison.Ordinal);

        await server.CrashAsync();
        var opened = await web.UntilAsync(request => Is(request, "opened"));
        Assert.Contains("not received: ", Message(opened).GetProperty("text").GetString(), StringComparison.Ordinal);
        page = await PageAsync(service);
        Assert.Equal((0, true), (Of(page, "tidemark_wal_receiving"), Of(page, "tidemark_wal_reach_age_seconds") > 4));
        await server.StartAsync();
        await web.UntilAsync(request => Is(request, "over"));
        Assert.Equal(1, web.Requests.Count(request => Is(request, "opened")));
        (await service.StopAsync()).Ends();
    }

    /// <summary>The server's own words for it, from the oldest major and the newest.</summary>
    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public async Task Doctor_says_when_the_server_has_given_the_slot_up(int major)
    {
        await using var server = await PostgresServer.StartAsync(major, new ServerOptions { Settings = new Dictionary<string, string> { ["max_slot_wal_keep_size"] = "1MB", ["wal_keep_size"] = "0", ["min_wal_size"] = "32MB", ["full_page_writes"] = "off" } });
        using var scratch = new Scratch("wal-doctor");
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        Assert.Equal("BACKUP_WAL is off and the server archives nothing: one goes back to a backup, and to no moment after it", await WalOfDoctorAsync(program));
        await server.ExecuteAsync("postgres", "select pg_create_physical_replication_slot('tidemark', true)");
        Assert.StartsWith("BACKUP_WAL is off and nobody reads from the slot tidemark", await WalOfDoctorAsync(program), StringComparison.Ordinal);
        await server.ExecuteAsync("postgres", "create table work (n int)");
        for (var segment = 0; segment < 4; segment++)
        {
            await server.ExecuteAsync("postgres", "insert into work values (1)");
            await server.ExecuteAsync("postgres", "select pg_switch_wal()");
        }
        await server.ExecuteAsync("postgres", "checkpoint");
        Assert.Equal("lost", await server.ScalarAsync<string>("postgres", "select wal_status from pg_replication_slots"));
        var found = await WalOfDoctorAsync(program.With("BACKUP_WAL", "receive"));
        Assert.StartsWith("the slot tidemark is lost: ", found, StringComparison.Ordinal);
        Assert.Contains("full_page_writes is off", found, StringComparison.Ordinal);
        Assert.Contains("max_slot_wal_keep_size, 1 MiB, is below BACKUP_WAL_SLOT_LIMIT", found, StringComparison.Ordinal);
    }

    private static async Task<string> WalOfDoctorAsync(TidemarkProgram program) =>
        (await program.RunAsync("doctor", "--json")).Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("id").GetString() == "wal").GetProperty("found").GetString()!;

    private static JsonElement Message(WebRequest request) => JsonDocument.Parse(request.Body).RootElement.GetProperty("message");

    private static bool Is(WebRequest request, string happened) => Message(request) is var message && message.GetProperty("cause").GetString() == "wal-late" && message.GetProperty("event").GetString() == happened;

    private static Task<string> PageAsync(Service service) => service.Http.GetStringAsync(new Uri("metrics", UriKind.Relative), TestContext.Current.CancellationToken);

    private static double Of(string page, string name) => double.Parse(page.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ')[^1], CultureInfo.InvariantCulture);
}
