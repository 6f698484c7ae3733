namespace Tidemark.EndToEnd.Standbys;

public sealed class StandbyStatusTests(StandbyServers servers) : IClassFixture<StandbyServers>
{
    [Fact]
    public async Task What_the_primary_has_and_the_standby_lacks_is_found_with_a_script_and_replication_goes_on()
    {
        await using var pair = await StandbyPair.OpenAsync(servers.Primary, servers.Standby);
        (await pair.CreateAsync()).Ends();
        var well = await pair.StatusAsync();
        Assert.Equal("following", well.GetProperty("state").GetString());
        Assert.InRange(well.GetProperty("lagSeconds").GetDouble(), 0.0001, 5);
        Assert.Equal(0, well.GetProperty("drift").GetProperty("findings").GetArrayLength());
        Assert.All(well.GetProperty("tables").EnumerateArray(), table => Assert.Equal("following", table.GetProperty("state").GetString()));
        Assert.Equal(0, well.GetProperty("troubles").GetArrayLength());

        await servers.Primary.ExecuteAsync(pair.Database, """
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE TABLE "New one" (id bigserial PRIMARY KEY, how mood NOT NULL, order_id bigint REFERENCES "Orders"); INSERT INTO "New one" (how) SELECT 'good' FROM generate_series(1, 50);
            CREATE TABLE heap (n int, t text); INSERT INTO heap SELECT n, 't' FROM generate_series(1, 20) n;
            ALTER TABLE "Orders" ADD COLUMN more text NOT NULL DEFAULT 'none'; CREATE INDEX ON "Orders" (more);
            CREATE TABLE days_next PARTITION OF days FOR VALUES FROM ('2030-01-01') TO ('2035-01-01'); INSERT INTO days VALUES ('2031-01-01', 'far');
            CREATE OR REPLACE FUNCTION count_twice() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE VIEW moods AS SELECT how FROM "New one";
            INSERT INTO "Orders" (note, more) VALUES ('with more', 'much');
            """);
        var drift = (await pair.StatusAsync(0)).GetProperty("drift").GetProperty("findings").EnumerateArray().Select(finding => finding.GetString()!).ToList();
        foreach (var expected in new[] { """lacks table public."New one" """.Trim(), "lacks table public.heap", """lacks column public."Orders".more""", "lacks table public.days_next", "table public.heap has neither", "lacks type public.mood", "function public.count_twice() differs" })
            Assert.Contains(drift, finding => finding.Contains(expected, StringComparison.Ordinal));

        await pair.MendAsync("primary");
        await pair.MendAsync("standby");
        await servers.Primary.ExecuteAsync(pair.Database, """UPDATE heap SET t = 'u' WHERE n = 3; DELETE FROM heap WHERE n = 4; UPDATE "New one" SET how = 'bad' WHERE id = 7""");
        const string content = """SELECT (SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM "New one" t) || (SELECT md5(string_agg(t::text, ',' ORDER BY n)) FROM heap t) || (SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM "Orders" t)""";
        await Restores.Until.TrueAsync(async () => await servers.Primary.ScalarAsync<string>(pair.Database, content) == await servers.Standby.ScalarAsync<string>(pair.Database, content));
        await pair.EqualAsync();
        Assert.Equal(0, (await pair.StatusAsync()).GetProperty("drift").GetProperty("findings").GetArrayLength());
        (await pair.Program.RunAsync("standby", "drop", pair.Name)).Ends();
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task A_row_in_the_way_a_disabled_subscription_and_a_lost_slot_are_told_with_what_helps()
    {
        await using var pair = await StandbyPair.OpenAsync(servers.Primary, servers.Standby);
        (await pair.CreateAsync()).Ends();
        var (name, subscription) = (pair.Name, $"tidemark_{pair.Name}");

        await servers.Standby.ExecuteAsync(pair.Database, "INSERT INTO pointed VALUES (77, 'in the way')");
        await servers.Primary.ExecuteAsync(pair.Database, "INSERT INTO pointed VALUES (77, 'rightful')");
        await Restores.Until.TrueAsync(async () => await servers.Standby.ScalarAsync<long>(pair.Database, $"SELECT apply_error_count FROM pg_stat_subscription_stats WHERE subname = '{subscription}'") > 0);
        Assert.Contains("cannot be applied", Troubles(await pair.StatusAsync()), StringComparison.Ordinal);
        await servers.Standby.ExecuteAsync(pair.Database, "DELETE FROM pointed WHERE n = 77");
        await pair.EqualAsync();

        await servers.Standby.ExecuteAsync(pair.Database, $"ALTER SUBSCRIPTION {subscription} DISABLE");
        var disabled = await pair.StatusAsync(12);
        Assert.Equal("broken", disabled.GetProperty("state").GetString());
        Assert.Contains("disabled", Troubles(disabled), StringComparison.Ordinal);
        await Restores.Until.TrueAsync(async () => !await servers.Primary.ScalarAsync<bool>("postgres", $"SELECT active FROM pg_replication_slots WHERE slot_name = '{subscription}'"));
        await servers.Primary.ExecuteAsync("postgres", $"SELECT pg_drop_replication_slot('{subscription}')");
        Assert.Contains("its slot on the primary is gone", Troubles(await pair.StatusAsync(12)), StringComparison.Ordinal);
        (await pair.Program.RunAsync("standby", "drop", name)).Ends();
        Assert.Equal((0L, 0L), (await pair.OursAsync(servers.Primary, pair.Database), await pair.OursAsync(servers.Standby, "postgres")));
    }

    private static string Troubles(System.Text.Json.JsonElement report) => string.Join('\n', report.GetProperty("troubles").EnumerateArray().Select(trouble => trouble.GetRawText()));
}
