using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>Into a database of the user's choice, and over the live one: all or nothing.</summary>
public sealed class RestoreIntoTests(Servers servers)
{
    [Theory]
    [InlineData("custom")]
    [InlineData("sql.gz")]
    public async Task A_new_and_an_empty_database_are_filled_a_full_one_wants_its_name_confirmed(string format)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync("--format", format);
        var (made, empty, full) = (shop.Database + "_new", shop.Database + "_empty", shop.Database + "_full");
        await shop.Server.ExecuteAsync("postgres", $"CREATE DATABASE {empty} TEMPLATE template0");
        await shop.Server.ExecuteAsync("postgres", $"CREATE DATABASE {full} TEMPLATE template0");
        await shop.Server.ExecuteAsync(full, "CREATE TABLE mine (x int); INSERT INTO mine VALUES (42)");

        (await shop.Program.RunAsync("restore", "latest", "--to-database", made)).Ends();
        (await shop.Program.RunAsync("restore", "latest", "--to-database", empty)).Ends();
        (await shop.Program.RunAsync("restore", "latest", "--to-database", full)).Ends(5);
        (await shop.Program.RunAsync("restore", "latest", "--to-database", full, "--force")).Ends(5);
        (await shop.Program.RunAsync("restore", "latest", "--to-database", full, "--confirm", shop.Database)).Ends(5);
        Assert.Null(await shop.Server.ScalarAsync<string>(full, "SELECT to_regclass('orders')::text"));
        (await shop.Program.RunAsync("restore", "latest", "--to-database", full, "--confirm", full)).Ends();
        Assert.Equal((1, 1, 1), (await shop.VersionAsync(made), await shop.VersionAsync(empty), await shop.VersionAsync(full)));
        Assert.Equal(42, await shop.Server.ScalarAsync<int>(full, "SELECT x FROM mine"));
    }

    [Fact]
    public async Task Templates_the_database_that_tools_connect_to_and_names_that_are_none_receive_nothing()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        string[] templates = ["template0", "template1"];
        foreach (var template in templates)
        {
            var refused = (await shop.Program.RunAsync("restore", "latest", "--to-database", template, "--confirm", template, "--force")).Ends(5);
            Assert.Contains("is a template", refused.Errors, StringComparison.Ordinal);
        }

        Assert.Null(await shop.Server.ScalarAsync<string>("template1", "SELECT to_regclass('orders')::text"));
        (await shop.Program.RunAsync("restore", "latest", "--to-database", "postgres")).Ends(5);
        Assert.Null(await shop.Server.ScalarAsync<string>("postgres", "SELECT to_regclass('orders')::text"));
        (await shop.Program.RunAsync("restore", "latest", "--to-database", "")).Ends(2);
        (await shop.Program.RunAsync("restore", "latest", "--to-database", new string('x', 64))).Ends(2);
    }

    [Theory]
    [InlineData("custom")]
    [InlineData("sql.gz")]
    public async Task A_restore_that_fails_leaves_an_existing_database_as_it_was(string format)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: "CREATE TABLE aaa (x int); CREATE TABLE zzz (x int);");
        await shop.BackUpAsync("--format", format);
        var full = shop.Database + "_full";
        await shop.Server.ExecuteAsync("postgres", $"CREATE DATABASE {full} TEMPLATE template0");
        await shop.Server.ExecuteAsync(full, "CREATE TABLE zzz (x int); INSERT INTO zzz VALUES (42)");
        var failed = (await shop.Program.RunAsync("restore", "latest", "--to-database", full, "--confirm", full)).Ends(1);
        Assert.Contains("relation \"zzz\" already exists", failed.Errors, StringComparison.Ordinal);
        Assert.Equal("zzz", await shop.Server.ScalarAsync<string>(full, "SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
        Assert.Equal(42, await shop.Server.ScalarAsync<int>(full, "SELECT x FROM zzz"));
    }

    [Fact]
    public async Task A_script_that_commits_in_the_middle_changes_nothing_in_an_existing_database()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var script = await shop.ClientAsync("pg_dump", shop.Server.SocketUrl(shop.Database));
        var file = shop.Write("commits.sql", script.Replace("COPY public.orders", "COMMIT;\nCOPY public.orders", StringComparison.Ordinal));
        var empty = shop.Database + "_empty";
        await shop.Server.ExecuteAsync("postgres", $"CREATE DATABASE {empty} TEMPLATE template0");
        var failed = (await shop.Program.RunAsync("restore", file, "--to-database", empty)).Ends(1);
        Assert.Contains("the script ends the transaction itself", failed.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await shop.Server.ScalarAsync<long>(empty, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
    }

    [Fact]
    public async Task A_plain_dump_with_large_objects_commits_in_the_middle_and_is_kept_out_of_existing_databases()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: "SELECT lo_from_bytea(4711, '\\x00ff')");
        await shop.BackUpAsync("--format", "sql.gz");
        var empty = shop.Database + "_empty";
        await shop.Server.ExecuteAsync("postgres", $"CREATE DATABASE {empty} TEMPLATE template0");
        (await shop.Program.RunAsync("restore", "latest", "--to-database", empty)).Ends(5);
        Assert.Equal(0, await shop.Server.ScalarAsync<long>(empty, "SELECT count(*) FROM pg_largeobject_metadata"));
        (await shop.Program.RunAsync("restore", "latest")).Ends();
    }

    [Fact]
    public async Task In_place_brings_the_dump_back_over_the_live_database_when_its_name_is_confirmed()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        (await shop.Program.RunAsync("restore", "latest", "--in-place")).Ends(5);
        Assert.Equal(2, await shop.VersionAsync());
        (await shop.Program.RunAsync("restore", "latest", "--in-place", "--confirm", shop.Database)).Ends();
        Assert.Equal(1, await shop.VersionAsync());
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
    }

    [Fact]
    public async Task Plain_dumps_are_refused_in_place_with_swap_as_the_next_action()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync("--format", "sql.gz");
        var refused = (await shop.Program.RunAsync("restore", "latest", "--in-place", "--confirm", shop.Database, "--json")).Ends(5).Json.GetProperty("error");
        Assert.Contains("--swap", refused.GetProperty("next").GetString(), StringComparison.Ordinal);
        Assert.Equal("DB_RESTORE_REFUSED", shop.Audited()[^1]);
    }

    [Fact]
    public async Task A_failure_in_the_middle_of_a_restore_in_place_leaves_the_live_database_as_it_was()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        await shop.Server.ExecuteAsync(shop.Database, "CREATE VIEW newer AS SELECT version FROM orders");
        var failed = (await shop.Program.RunAsync("restore", "latest", "--in-place", "--confirm", shop.Database)).Ends(1);
        Assert.Contains("cannot drop table public.orders because other objects depend on it", failed.Errors, StringComparison.Ordinal);
        Assert.Equal(2, await shop.VersionAsync());
    }

    [Theory]
    [InlineData(true, "custom")]
    [InlineData(false, "custom")]
    [InlineData(true, "sql.gz")]
    [InlineData(false, "sql.gz")]
    public async Task A_kill_in_the_middle_leaves_an_existing_database_as_it_was(bool ofTheProgram, string format)
    {
        // Four megabytes that do not compress away: more than all the pipes on the way hold while the last table is waited for.
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: "CREATE TABLE zzz (x int, y text); INSERT INTO zzz SELECT i, (SELECT string_agg(md5(i || ' ' || g), '') FROM generate_series(1, 40) g) FROM generate_series(1, 3000) i;");
        await shop.BackUpAsync("--format", format);
        await shop.MoveOnAsync();
        var inPlace = format == "custom";
        var target = inPlace ? shop.Database : shop.Database + "_full";
        if (!inPlace)
        {
            await shop.Server.ExecuteAsync("postgres", $"CREATE DATABASE {target} TEMPLATE {PostgresServer.Quote(shop.Database)}");
            await shop.Server.ExecuteAsync(target, "DROP TABLE orders, zzz; CREATE TABLE mine (x int)");
        }

        // An event trigger in the target holds the restore where it makes its second table; nothing is committed then.
        await shop.Server.ExecuteAsync(target, """
            CREATE FUNCTION hold() RETURNS event_trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.zzz') THEN PERFORM pg_advisory_xact_lock(4711); END IF;
            END $$;
            CREATE EVENT TRIGGER hold ON ddl_command_end EXECUTE FUNCTION hold();
            """);
        await using (var holder = await shop.Server.OpenAsync(target))
        {
            await using var command = new Npgsql.NpgsqlCommand("SELECT pg_advisory_lock(4711)", holder);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await using var running = await shop.Program.StartAsync(["restore", "latest", .. inPlace ? (string[])["--in-place"] : ["--to-database", target], "--confirm", target]);
            await Until.TrueAsync(() => shop.Server.ScalarAsync<bool>("postgres", $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = {Shop.Quoted(target)} AND wait_event_type = 'Lock')"));
            if (ofTheProgram)
            {
                running.Kill();
            }
            else
            {
                var child = await ChildProcess.OutputAsync("ps", ["--ppid", $"{running.Id}", "-o", "pid="]);
                Signals.ToProcess(int.Parse(child.Trim(), System.Globalization.CultureInfo.InvariantCulture), Signals.Kill);
            }

            var ended = await running.EndAsync();
            Assert.Equal(ofTheProgram ? 137 : 1, ended.ExitCode);
        }

        await Until.TrueAsync(() => shop.Server.ScalarAsync<bool>("postgres", $"SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = {Shop.Quoted(target)})"));
        Assert.Equal(inPlace ? "orders,zzz" : "mine", await shop.Server.ScalarAsync<string>(target, "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"));
        Assert.Equal(2, await shop.VersionAsync());
    }
}
