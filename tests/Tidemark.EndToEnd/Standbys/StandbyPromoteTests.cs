namespace Tidemark.EndToEnd.Standbys;

public sealed class StandbyPromoteTests(StandbyServers servers) : IClassFixture<StandbyServers>
{
    [Fact]
    public async Task A_fenced_promotion_loses_nothing_is_rehearsed_first_and_gives_out_no_number_twice()
    {
        await using var pair = await StandbyPair.OpenAsync(servers.Primary, servers.Standby, "CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM \"Orders\"");
        (await pair.CreateAsync()).Ends();
        pair.Program.With("BACKUP_HOOK_SMOKE_TEST", $"psql -XAtd \"$DATABASE_URL\" -c 'select count(*) from \"Orders\"' > {Path.Combine(pair.Program.Folder, "smoke")}");
        var rehearsed = (await pair.Program.RunAsync("standby", "rehearse", pair.Name, "--json")).Ends().Json.GetProperty("report");
        Assert.True(rehearsed.GetProperty("measured").GetProperty("rtoSeconds").GetDouble() > 0);
        Assert.Equal("1000", (await File.ReadAllTextAsync(Path.Combine(pair.Program.Folder, "smoke"), TestContext.Current.CancellationToken)).Trim());
        Assert.Equal(1, await servers.Standby.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_database WHERE datname LIKE '{pair.Database}%'"));

        // Applications that write, to the last moment.
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 3).Select(_ => WriteAsync(pair, stop.Token)).ToList();
        await Restores.Until.TrueAsync(async () => await servers.Primary.ScalarAsync<long>(pair.Database, "SELECT count(*) FROM \"Orders\"") > 1100);
        pair.Program.With("ENV", "production");
        (await pair.Program.RunAsync("standby", "promote", pair.Name, "--fence")).Ends(5);
        var plan = (await pair.Program.RunAsync("standby", "promote", pair.Name, "--fence", "--dry-run", "--force", "--confirm", pair.Database)).Ends();
        Assert.Contains("lost is    nothing", plan.Output, StringComparison.Ordinal);
        var promoted = (await pair.Program.RunAsync("standby", "promote", pair.Name, "--fence", "--force", "--confirm", pair.Database, "--json")).Ends().Json;
        await stop.CancelAsync();
        var acknowledged = (await Task.WhenAll(writers)).Sum();

        var (report, url) = (promoted.GetProperty("report"), promoted.GetProperty("databaseUrl").GetString()!);
        Assert.Contains($":{servers.Standby.Port}/{pair.Database}", url, StringComparison.Ordinal);
        Assert.Equal(0, report.GetProperty("measured").GetProperty("rpoSeconds").GetDouble());
        Assert.True(File.Exists(promoted.GetProperty("file").GetString()));
        (await pair.Program.RunAsync("drill", "verify")).Ends();
        await pair.EqualAsync();
        // A commit whose session was ended before it was told is there too.
        var rows = await servers.Standby.ScalarAsync<long>(pair.Database, "SELECT count(*) FROM \"Orders\"");
        Assert.InRange(rows, 1000 + acknowledged, 1000 + acknowledged + writers.Count);
        Assert.Equal(rows, await servers.Standby.ScalarAsync<long>(pair.Database, "SELECT n FROM counted"));
        await servers.Standby.ExecuteAsync(pair.Database, """INSERT INTO "Orders" (note) SELECT 'after' FROM generate_series(1, 500); INSERT INTO "Other side".lines (order_id, pieces) SELECT id, 2 FROM "Orders" WHERE note = 'after'""");
        // The old primary takes no more writes, and nothing of ours is left on either.
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => servers.Primary.ExecuteAsync(pair.Database, "INSERT INTO \"Orders\" (note) VALUES ('late')"));
        Assert.Equal("25006", refused.SqlState);
        Assert.Equal((0L, 0L), (await pair.OursAsync(servers.Primary, pair.Database), await pair.OursAsync(servers.Standby, pair.Database)));
        (await pair.Program.RunAsync("standby", "drop", pair.Name)).Ends();
        Assert.Equal(1, await servers.Standby.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{pair.Database}'"));
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task A_primary_that_was_killed_loses_seconds_at_most_and_the_report_says_how_many()
    {
        await using var primary = await StandbyPair.StartPrimaryAsync(15);
        await using var pair = await StandbyPair.OpenAsync(primary, servers.Standby);
        (await pair.CreateAsync()).Ends();
        await primary.ExecuteAsync(pair.Database, "CREATE TABLE beats (at timestamptz PRIMARY KEY)");
        await pair.MendAsync("primary");
        await pair.MendAsync("standby");
        var last = DateTime.MinValue;
        for (var n = 0; n < 100; n++) last = await primary.ScalarAsync<DateTime>(pair.Database, "INSERT INTO beats VALUES (clock_timestamp()) RETURNING at");
        await pair.StatusAsync();
        for (var n = 0; n < 100; n++) last = await primary.ScalarAsync<DateTime>(pair.Database, "INSERT INTO beats VALUES (clock_timestamp()) RETURNING at");
        await primary.CrashAsync();

        var plan = (await pair.Program.RunAsync("standby", "promote", pair.Name, "--dry-run")).Ends();
        Assert.Contains("does not answer", plan.Output, StringComparison.Ordinal);
        var report = (await pair.Program.RunAsync("standby", "promote", pair.Name, "--json")).Ends().Json.GetProperty("report");
        var came = await servers.Standby.ScalarAsync<DateTime>(pair.Database, "SELECT max(at) FROM beats");
        Assert.InRange((last - came).TotalSeconds, 0, 5);
        Assert.True(report.GetProperty("measured").GetProperty("rpoSeconds").GetDouble() > 0);
        await servers.Standby.ExecuteAsync(pair.Database, "INSERT INTO \"Orders\" (note) SELECT 'after' FROM generate_series(1, 100)");
        Assert.Equal(0, await pair.OursAsync(servers.Standby, pair.Database));
    }

    /// <returns>How many inserts were acknowledged.</returns>
    private static async Task<long> WriteAsync(StandbyPair pair, CancellationToken stop)
    {
        long acknowledged = 0;
        while (!stop.IsCancellationRequested)
            try
            {
                await pair.Primary.ExecuteAsync(pair.Database, "INSERT INTO \"Orders\" (note) VALUES ('load')");
                acknowledged++;
            }
            catch (Npgsql.NpgsqlException)
            {
                // Fenced: it goes on trying, as applications do.
                await Task.Delay(50, CancellationToken.None);
            }
        return acknowledged;
    }
}
