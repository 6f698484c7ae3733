using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Standbys;

public sealed class StandbyCreateTests(StandbyServers servers, Servers others) : IClassFixture<StandbyServers>
{
    private const string Definitions = """
        SELECT string_agg(line, E'\n' ORDER BY line) FROM (
            SELECT pg_get_indexdef(indexrelid) AS line FROM pg_index i JOIN pg_class c ON c.oid = indrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', 'Other side')
            UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace IN ('public'::regnamespace, '"Other side"'::regnamespace) AND contype <> 'n'
            UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT relname || ' ' || relreplident::text || ' ' || relowner::regrole FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', 'Other side') AND relkind IN ('r', 'p', 'v')) d
        """;

    [Fact]
    public async Task A_standby_of_a_later_version_has_all_rows_and_indexes_follows_and_is_removed_without_a_trace()
    {
        var role = $"owner of {Guid.NewGuid():N}";
        await using var pair = await StandbyPair.OpenAsync(servers.Primary, servers.Standby, $"""CREATE ROLE "{role}" LOGIN; ALTER TABLE days OWNER TO "{role}";""");
        (await pair.CreateAsync("--create-roles")).Ends();
        Assert.Equal(await pair.PrimaryContentAsync(), await pair.StandbyContentAsync());
        Assert.Equal(await servers.Primary.ScalarAsync<string>(pair.Database, Definitions), await servers.Standby.ScalarAsync<string>(pair.Database, Definitions));

        // What happens on the primary happens there; triggers do not count twice.
        await servers.Primary.ExecuteAsync(pair.Database, """
            INSERT INTO "Orders" (note) SELECT 'later' FROM generate_series(1, 100); INSERT INTO "Other side".lines (order_id, pieces) SELECT id, 3 FROM "Orders" WHERE note = 'later';
            UPDATE "Other side".lines SET pieces = 7 WHERE id < 10; DELETE FROM "Other side".lines WHERE id BETWEEN 20 AND 30; INSERT INTO days VALUES ('2026-01-01', 'new'); DELETE FROM days WHERE what = 'd3';
            UPDATE keyless SET n = n + 100 WHERE n = 5; DELETE FROM pointed WHERE n = 3; UPDATE pointed SET t = 'u' WHERE n = 4;
            """);
        await pair.EqualAsync();
        Assert.True(await servers.Standby.ScalarAsync<long>(pair.Database, """SELECT last_value FROM "Other side".lines_id_seq""") > 1100);
        // The password of the primary is in no log and in no file of ours.
        Assert.DoesNotContain("quoted", servers.Standby.Log, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(pair.State, "*", SearchOption.AllDirectories)) Assert.DoesNotContain("quoted", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (await pair.CreateAsync()).Ends(5);

        var dropped = (await pair.Program.RunAsync("standby", "drop", pair.Name, "--json")).Ends().Json;
        Assert.True(dropped.GetProperty("whole").GetBoolean());
        Assert.Equal((0L, 0L), (await pair.OursAsync(servers.Primary, pair.Database), await pair.OursAsync(servers.Standby, "postgres")));
        Assert.Equal(0, await servers.Standby.ScalarAsync<long>("postgres", $"SELECT (SELECT count(*) FROM pg_database WHERE datname = '{pair.Database}') + (SELECT count(*) FROM pg_roles WHERE rolname = '{role}')"));
        (await pair.Program.RunAsync("standby", "drop", pair.Name)).Ends(4);
    }

    [Fact]
    public async Task All_that_is_in_the_way_is_said_at_once_and_nothing_is_made()
    {
        var plain = await others.OfAsync(17);
        await using var pair = await StandbyPair.OpenAsync(plain, servers.Primary, "CREATE TABLE heap (n int); CREATE EXTENSION pg_trgm; CREATE UNLOGGED TABLE fleeting (n int primary key); SELECT lo_create(0)");
        var full = await servers.Primary.CreateDatabaseAsync("full");
        await servers.Primary.ExecuteAsync(full, "CREATE TABLE taken (n int)");
        pair.Program.With("STANDBY_URL", servers.Primary.Url(full));

        var plan = (await pair.CreateAsync("--dry-run", "--json")).Ends(5).Json;
        var said = string.Join('\n', plan.GetProperty("obstacles").EnumerateArray().Select(one => one.GetProperty("what").GetString()));
        foreach (var expected in new[] { "wal_level is replica", "public.heap has neither a primary key", "is not empty", "older than the primary's" }) Assert.Contains(expected, said, StringComparison.Ordinal);
        var gaps = string.Join('\n', plan.GetProperty("gaps").EnumerateArray().Select(gap => gap.GetString()));
        foreach (var expected in new[] { "1 large objects", "public.fleeting" }) Assert.Contains(expected, gaps, StringComparison.Ordinal);
        var refused = (await pair.CreateAsync()).Ends(5);
        foreach (var expected in new[] { "wal_level", "public.heap", "is not empty" }) Assert.Contains(expected, refused.Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal(0, await pair.OursAsync(plain, pair.Database));
        (await pair.Program.RunAsync("standby", "status", pair.Name)).Ends(4);

        // A password is typed nowhere, and a primary that the standby cannot reach is found before anything is made.
        (await pair.Program.RunAsync("standby", "create", pair.Name, "--target", "postgresql://u:secret@127.0.0.1/x")).Ends(2);
        await using var other = await StandbyPair.OpenAsync(servers.Primary, servers.Standby);
        other.Program.With("SEEN", $"postgresql://postgres:wrong@127.0.0.1:{servers.Primary.Port}/{other.Database}");
        var unreached = (await other.CreateAsync("--source-url", "env:SEEN")).Ends(5);
        Assert.Contains("password authentication failed", unreached.Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", servers.Standby.Log.Replace("wrong password", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(0, await servers.Standby.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{other.Database}'"));
    }

    [Theory]
    [Trait("takes", "minutes")]
    [InlineData("tables and keys")]
    [InlineData("the rows of")]
    [InlineData("indexes, foreign keys")]
    public async Task A_create_that_was_killed_is_taken_up(string when)
    {
        await using var pair = await StandbyPair.OpenAsync(servers.Primary, servers.Standby);
        await using (var running = await pair.Program.StartAsync("standby", "create", pair.Name, "--target", "env:STANDBY_URL"))
        {
            await running.SaysAsync(when);
            running.KillAll();
            await running.EndAsync();
        }

        (await pair.CreateAsync()).Ends();
        await servers.Primary.ExecuteAsync(pair.Database, """UPDATE "Orders" SET note = 'moved on' WHERE id < 5""");
        await pair.EqualAsync();
        Assert.Equal(await servers.Primary.ScalarAsync<string>(pair.Database, Definitions), await servers.Standby.ScalarAsync<string>(pair.Database, Definitions));
        (await pair.Program.RunAsync("standby", "drop", pair.Name)).Ends();
        Assert.Equal((0L, 0L), (await pair.OursAsync(servers.Primary, pair.Database), await pair.OursAsync(servers.Standby, "postgres")));
    }
}
