using System.IO.Compression;
using System.Text.Json.Nodes;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Drills;

/// <summary>What each kind of backup, good and bad, comes to in a drill; and that nothing is left of any.</summary>
public sealed class DrillTests(Servers servers)
{
    [Fact]
    public async Task A_good_backup_passes_and_its_proof_is_seen_by_status()
    {
        var server = await servers.OfAsync(15);
        using var drills = await DrillShop.OpenAsync(server, "CREATE TABLE system_events (event_type text, message text, created_at timestamptz); INSERT INTO system_events VALUES ('heartbeat', 'beat', now() - interval '10 minutes'); CREATE VIEW big AS SELECT * FROM orders WHERE id > 500;");
        var shop = drills.Shop;
        var id = await shop.BackUpAsync();
        drills.Ask("""[{ "name": "orders", "sql": "select count(*) from orders -- all of them", "equals": 990, "tolerance": "2%" }, { "name": "nobody is lost", "sql": "select not exists (select from orders where version is null);" }]""");
        drills.Program.With("BACKUP_HOOK_AFTER_RESTORE", "psql -XAtc 'alter table orders add migrated int' \"$DATABASE_URL\"").With("BACKUP_HOOK_SMOKE_TEST", "test \"$(psql -XAtc 'select count(migrated) from orders' \"$DATABASE_URL\")\" = 0");

        var drill = (await drills.DrillAsync()).Ends();
        Assert.Equal("passed", DrillShop.Result(drill));
        Assert.Equal(id, drill.Json.GetProperty("subject").GetProperty("backupId").GetString());
        Assert.Equal($"random, 1 of 1 good backups of \"{shop.Database}\" of the past 90 days", drill.Json.GetProperty("subject").GetProperty("picked").GetString());
        var checks = DrillShop.Checks(drill);
        Assert.Equal(["hash", "full parse", "restore", "schema objects", "roles", "rows per table", "amcheck", "index-only against sequential counts", "assertion \"orders\"", "assertion \"nobody is lost\"", "after-restore hook", "smoke test"], checks.Keys);
        Assert.Equal("1001 rows in 2 tables", checks["rows per table"].GetProperty("got").GetString());
        Assert.Equal("1 CONSTRAINT, 2 INDEX, 2 TABLE, 1 VIEW", checks["schema objects"].GetProperty("got").GetString()!.Replace("1 EXTENSION, ", "", StringComparison.Ordinal).Replace("1 SCHEMA, ", "", StringComparison.Ordinal));
        // Those of the catalogue too.
        Assert.Matches("^[1-9][0-9]{2} indexes, [1-9][0-9]* tables whole$", checks["amcheck"].GetProperty("got").GetString());
        Assert.Equal("1 tables equal", checks["index-only against sequential counts"].GetProperty("got").GetString());
        var phases = drill.Json.GetProperty("phases").EnumerateArray().ToDictionary(phase => phase.GetProperty("name").GetString()!, phase => phase.GetProperty("seconds").GetDouble());
        Assert.All((string[])["read", "start a server", "restore", "after-restore hook", "smoke test"], phase => Assert.True(phases[phase] > 0, phase));
        var measured = drill.Json.GetProperty("measured");
        Assert.Equal(phases["start a server"] + phases["restore"] + phases["after-restore hook"] + phases["smoke test"], measured.GetProperty("rtoSeconds").GetDouble(), 0.002);
        Assert.InRange(measured.GetProperty("rpoSeconds").GetDouble(), 600, 900);

        drills.AssertNothingIsLeft();
        Assert.Equal("DB_DRILL_PASSED", shop.Audited()[^1]);
        var status = (await shop.Program.RunAsync("status")).Ends().Output;
        Assert.Contains($"by {drill.Json.GetProperty("id").GetString()}", status, StringComparison.Ordinal);
        Assert.Contains("tidemark_proven_point_age_seconds{", (await shop.Program.RunAsync("metrics")).Ends().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_drills_when_its_schedule_says_so()
    {
        using var drills = await DrillShop.OpenAsync(await servers.OfAsync(15));
        var id = await drills.Shop.BackUpAsync();
        drills.Program.With("BACKUP_SCHEDULE_CRON", "none").With("BACKUP_DRILL_SCHEDULE", "0 */2 * * *").WithClock("-4h");
        await using (var service = await Service.StartAsync(drills.Program))
        {
            await service.Program.SaysAsync("waits until");
            (await service.StopAsync()).Ends();
        }
        drills.Program.WithClock(null);
        await using (var service = await Service.StartAsync(drills.Program))
        {
            await service.Program.SaysAsync(" succeeded", TimeSpan.FromMinutes(2));
            (await service.StopAsync()).Ends();
        }
        var shown = (await drills.Program.RunAsync("drill", "show", "latest", "--json")).Ends().Json;
        Assert.Contains(id, shown.ToString(), StringComparison.Ordinal);
        var run = (await drills.Program.RunAsync("runs", "list", "--kind", "drill", "--json")).Ends().Json.GetProperty("runs").EnumerateArray().Single();
        Assert.Equal(("succeeded", "drill", "schedule"), (run.GetProperty("state").GetString(), run.GetProperty("schedule").GetString(), run.GetProperty("actor").GetString()));
        drills.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_damaged_dump_fails_by_its_hash_and_leaves_a_notice()
    {
        using var drills = await DrillShop.OpenAsync(await servers.OfAsync(15));
        await drills.Shop.BackUpAsync();
        var dump = Directory.GetFiles(Path.Combine(drills.Shop.Folder, "backups"), "*.dump", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(dump, TestContext.Current.CancellationToken);
        bytes[^200] ^= 0x10;
        await File.WriteAllBytesAsync(dump, bytes, TestContext.Current.CancellationToken);

        var drill = (await drills.DrillAsync()).Ends(10);
        Assert.Equal("failed", DrillShop.Result(drill));
        Assert.StartsWith("hash: the bytes are not those that were stored", DrillShop.Reason(drill), StringComparison.Ordinal);
        Assert.Equal("DB_DRILL_FAILED", drills.Shop.Audited()[^1]);
        drills.AssertNothingIsLeft();
        var runs = (await drills.Program.RunAsync("runs", "list")).Ends().Output;
        Assert.Contains("still failing since", runs, StringComparison.Ordinal);
        // People hear the reason first.
        var told = (await drills.Program.RunAsync("drill", "show")).Ends().Output;
        Assert.StartsWith("drill FAILED: hash: ", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_whose_rows_are_not_those_of_its_manifest_fails()
    {
        using var drills = await DrillShop.OpenAsync(await servers.OfAsync(15));
        await drills.Shop.BackUpAsync();
        var file = Directory.GetFiles(Path.Combine(drills.Shop.Folder, "backups"), "*.dump.json", SearchOption.AllDirectories).Single();
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        var text = manifest.ToJsonString();
        Assert.Contains("\"rows\":1000", text, StringComparison.Ordinal);
        text = text.Replace("\"rows\":1000", "\"rows\":1001", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);

        var drill = (await drills.DrillAsync("latest")).Ends(10);
        Assert.Equal("failed", DrillShop.Result(drill));
        Assert.Equal("full parse: table public.orders has 1000 rows; the manifest says 1001", DrillShop.Reason(drill));
        drills.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_dump_that_is_whole_but_comes_back_with_other_rows_fails()
    {
        using var drills = await DrillShop.OpenAsync(await servers.OfAsync(15));
        var shop = drills.Shop;
        await shop.BackUpAsync("--format", "sql.gz");
        var made = Directory.GetFiles(Path.Combine(shop.Folder, "backups"), "*.sql.gz", SearchOption.AllDirectories).Single();
        string text;
        using (var unzip = new StreamReader(new GZipStream(File.OpenRead(made), CompressionMode.Decompress))) text = await unzip.ReadToEndAsync(TestContext.Current.CancellationToken);
        const string end = "--\n-- PostgreSQL database dump complete";
        await using (var zip = new StreamWriter(new GZipStream(File.Create(Path.Combine(shop.Folder, "backups", "theirs.sql.gz")), CompressionMode.Compress)))
            await zip.WriteAsync(text.Replace(end, "DELETE FROM public.orders WHERE id = 7;\n\n" + end, StringComparison.Ordinal));

        var drill = (await drills.DrillAsync("theirs.sql.gz", "--target", shop.Server.Url())).Ends(10);
        Assert.Equal("rows per table: table public.orders has 999 rows, the dump 1000", DrillShop.Reason(drill));
        drills.AssertNothingIsLeft();
    }

    [Fact]
    public async Task One_whose_index_does_not_hold_its_table_fails()
    {
        // It says another thing each time: no row is found again by this index.
        using var drills = await DrillShop.OpenAsync(await servers.OfAsync(15), "CREATE FUNCTION fickle(int) RETURNS float IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN random(); END $$; CREATE INDEX fickle ON orders (fickle(id));");
        await drills.Shop.BackUpAsync();
        var drill = (await drills.DrillAsync("latest", "--target", drills.Shop.Server.Url())).Ends(10);
        Assert.StartsWith("amcheck: index fickle: heap tuple", DrillShop.Reason(drill), StringComparison.Ordinal);
        Assert.Equal("passed", DrillShop.Checks(drill)["rows per table"].GetProperty("result").GetString());
        drills.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Roles_that_own_and_are_granted_something_are_made_on_a_private_server_and_missing_on_another_one_a_remark()
    {
        await using var server = await PostgresServer.StartAsync(15);
        await using var bare = await PostgresServer.StartAsync(15);
        await server.ExecuteAsync("postgres", "CREATE ROLE keeper; CREATE ROLE reader");
        using var drills = await DrillShop.OpenAsync(server, "ALTER TABLE orders OWNER TO keeper; GRANT SELECT ON orders TO reader");
        await drills.Shop.BackUpAsync();
        var drill = (await drills.DrillAsync("latest")).Ends();
        Assert.Equal(("passed", "passed"), (DrillShop.Result(drill), DrillShop.Checks(drill)["roles"].GetProperty("result").GetString()));
        var elsewhere = (await drills.DrillAsync("latest", "--target", bare.Url())).Ends();
        Assert.Equal("passedWithRemarks", DrillShop.Result(elsewhere));
        Assert.StartsWith("missing on the server: keeper, reader", DrillShop.Checks(elsewhere)["roles"].GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await bare.ScalarAsync<long>("postgres", "select count(*) from pg_roles where rolname in ('keeper', 'reader')"));
    }

    [Theory]
    [InlineData("""[{ "name": "money", "sql": "select 1000 * version from orders limit 1", "equals": 1200, "tolerance": "10%" }]""", null, "assertion \"money\": expected 1200 ± 10%, got 1000")]
    [InlineData("[]", "echo no trades today >&2; exit 4", "smoke test: the smoke-test hook failed with exit code 4")]
    public async Task One_that_restores_but_does_not_pass_the_users_own_test_fails(string assertions, string? test, string reason)
    {
        using var drills = await DrillShop.OpenAsync(await servers.OfAsync(15));
        await drills.Shop.BackUpAsync();
        drills.Ask(assertions);
        drills.Program.With("BACKUP_HOOK_SMOKE_TEST", test).With("BACKUP_DRILL_TARGET", drills.Shop.Server.Url());
        var drill = (await drills.DrillAsync()).Ends(10);
        Assert.Equal("failed", DrillShop.Result(drill));
        Assert.StartsWith(reason, DrillShop.Reason(drill), StringComparison.Ordinal);
        drills.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Sabotage_passes_because_the_drill_fails_and_neither_hurts_nor_proves_the_backup()
    {
        using var drills = await DrillShop.OpenAsync(await servers.OfAsync(15));
        var id = await drills.Shop.BackUpAsync();
        var drill = (await drills.DrillAsync("latest", "--sabotage")).Ends();
        Assert.Equal("passed", DrillShop.Result(drill));
        Assert.StartsWith("the damage was found: hash: ", DrillShop.Reason(drill), StringComparison.Ordinal);
        Assert.Equal(id, drill.Json.GetProperty("subject").GetProperty("backupId").GetString());
        Assert.Equal("failed", DrillShop.Checks(drill)["hash"].GetProperty("result").GetString());
        drills.AssertNothingIsLeft();
        (await drills.Program.RunAsync("verify", id)).Ends();
        Assert.Contains("never proven by a drill", (await drills.Program.RunAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_server_that_cannot_start_leaves_the_drill_inconclusive()
    {
        using var drills = await DrillShop.OpenAsync(await servers.OfAsync(15));
        await drills.Shop.BackUpAsync();
        // A socket's path may have 107 bytes.
        var deep = Path.Combine(drills.Temporary, new string('d', 100));
        Directory.CreateDirectory(deep);
        File.SetUnixFileMode(deep, (UnixFileMode)Convert.ToInt32("1777", 8));
        var drill = (await drills.Program.With("TMPDIR", deep).RunAsync("drill", "run", "--json")).Ends(1);
        Assert.Equal("inconclusive", DrillShop.Result(drill));
        Assert.StartsWith("start a server: the private PostgreSQL server did not start", DrillShop.Reason(drill), StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(deep));
        drills.AssertNothingIsLeft();
        Assert.Contains("never proven by a drill", (await drills.Program.RunAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_given_server_nothing_is_left_neither_of_one_that_passes_nor_of_one_that_fails()
    {
        await using var server = await PostgresServer.StartAsync(15);
        using var drills = await DrillShop.OpenAsync(server);
        await drills.Shop.BackUpAsync();
        const string there = "select string_agg(datname, ',' order by datname) from pg_database where datname like 'tidemark%'";
        var environment = drills.Program.With("DRILL_SERVER", server.Url());
        Assert.Equal("passed", DrillShop.Result((await drills.DrillAsync("latest", "--target", "env:DRILL_SERVER")).Ends()));
        Assert.Null(await server.ScalarAsync<string>("postgres", there));
        drills.Ask("""[{ "name": "never", "sql": "select false" }]""");
        Assert.Equal("assertion \"never\": expected true, got false", DrillShop.Reason((await environment.With("BACKUP_DRILL_TARGET", server.Url()).RunAsync("drill", "run", "--json")).Ends(10)));
        Assert.Null(await server.ScalarAsync<string>("postgres", there));
        drills.AssertNothingIsLeft();
        (await drills.DrillAsync("--target", "postgresql://postgres:secret@127.0.0.1/postgres")).Ends(6);
    }
}
