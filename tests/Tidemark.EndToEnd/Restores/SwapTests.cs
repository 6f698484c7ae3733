using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>The restored database takes the name, the old one is kept, and all that hangs on the name comes along.</summary>
public sealed class SwapTests(Servers servers)
{
    private const string Properties = """
        SELECT jsonb_build_object('owner', pg_get_userbyid(d.datdba), 'limit', d.datconnlimit, 'allow', d.datallowconn, 'comment', shobj_description(d.oid, 'pg_database'),
                 'acl', (SELECT jsonb_agg(t ORDER BY t) FROM (SELECT a.grantee::regrole || ' ' || a.privilege_type || a.is_grantable FROM aclexplode(d.datacl) a) x (t)),
                 'settings', (SELECT jsonb_agg(t ORDER BY t) FROM (SELECT s.setrole::regrole || ' ' || c FROM pg_db_role_setting s, unnest(s.setconfig) c WHERE s.setdatabase = d.oid) x (t))) #>> '{}'
          FROM pg_database d WHERE d.datname = 
        """;

    [Theory]
    [InlineData(13, "shop")]
    [InlineData(15, "It's \"odd\"/ü shop; DROP")]
    [InlineData(18, "a name of sixty bytes, äöü, that fills all the room ther")]
    public async Task Settings_owner_grants_limit_and_comment_travel_and_both_databases_take_connections(int major, string stem)
    {
        var server = await servers.OfAsync(major);
        using var shop = await Shop.OpenAsync(server, stem);
        var (name, role) = (PostgresServer.Quote(shop.Database), PostgresServer.Quote("Owner " + Guid.NewGuid().ToString("N")[..8]));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        await server.ExecuteAsync("postgres", $"""
            CREATE ROLE {role};
            ALTER DATABASE {name} OWNER TO {role};
            ALTER DATABASE {name} CONNECTION LIMIT 17;
            ALTER DATABASE {name} SET search_path TO "$user", public, "odd, ""path";
            ALTER DATABASE {name} SET "DateStyle" TO 'SQL, DMY';
            ALTER DATABASE {name} SET app.setting TO 'it''s a = \value';
            ALTER ROLE {role} IN DATABASE {name} SET work_mem TO '5MB';
            COMMENT ON DATABASE {name} IS 'it''s mine';
            REVOKE TEMP ON DATABASE {name} FROM public;
            GRANT CREATE ON DATABASE {name} TO {role} WITH GRANT OPTION;
            """);
        var before = await server.ScalarAsync<string>("postgres", Properties + Shop.Quoted(shop.Database));

        var swapped = (await shop.Program.RunAsync("restore", "latest", "--swap", "--json")).Ends().Json;
        var kept = swapped.GetProperty("keptDatabase").GetString()!;
        Assert.Equal(before, await server.ScalarAsync<string>("postgres", Properties + Shop.Quoted(shop.Database)));
        Assert.Equal(before, await server.ScalarAsync<string>("postgres", Properties + Shop.Quoted(kept)));
        Assert.Equal((1, 2), (await shop.VersionAsync(), await shop.VersionAsync(kept)));
        Assert.Matches("_before_[0-9]{14}$", kept);
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(kept) <= 63);

        (await shop.Program.RunAsync("undo")).Ends();
        Assert.Equal(before, await server.ScalarAsync<string>("postgres", Properties + Shop.Quoted(shop.Database)));
        Assert.Equal(2, await shop.VersionAsync());
    }

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task Somebody_elses_archive_of_another_database_is_swapped_in_only_when_that_is_confirmed(int major)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(major));
        var other = await shop.Server.CreateDatabaseAsync("stock");
        await shop.Server.ExecuteAsync(other, "CREATE TABLE orders AS SELECT 7 AS version FROM generate_series(1, 1000)");
        var (archive, script) = (Path.Combine(shop.Folder, "nightly.dump"), Path.Combine(shop.Folder, "nightly.sql"));
        await shop.ClientAsync("pg_dump", "-Fc", "-f", archive, shop.Server.SocketUrl(other));
        await shop.ClientAsync("pg_dump", "-f", script, shop.Server.SocketUrl(other));
        var refused = (await shop.Program.RunAsync("restore", archive, "--swap")).Ends(5);
        Assert.Contains($"this is a backup of \"{other}\"", refused.Errors, StringComparison.Ordinal);
        Assert.Equal((1, 1), (await shop.VersionAsync(), (await shop.DatabasesAsync()).Length));
        (await shop.Program.RunAsync("restore", archive, "--swap", "--confirm", shop.Database)).Ends();
        Assert.Equal(7, await shop.VersionAsync());
        // The last psql of 13 cannot be kept to SQL: a newer one has to serve.
        if (major == 13) (await shop.Program.RunAsync("restore", script, "--swap")).Ends(6);
        if (major == 13) shop.Program.With("BACKUP_PSQL_PATH", Path.Combine(PostgresPrograms.Folder(18), "psql"));
        var plain = (await shop.Program.RunAsync("restore", script, "--swap")).Ends();
        Assert.Contains("does not say of which database it is", plain.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_dump_granted_and_set_does_not_outlive_what_the_live_database_says_now()
    {
        var server = await servers.OfAsync(15);
        using var shop = await Shop.OpenAsync(server);
        var role = "former_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync("postgres", $"CREATE ROLE {role}; GRANT CREATE ON DATABASE {shop.Database} TO {role}; ALTER ROLE {role} IN DATABASE {shop.Database} SET work_mem TO '5MB'");
        await shop.BackUpAsync();
        await server.ExecuteAsync("postgres", $"REVOKE ALL ON DATABASE {shop.Database} FROM {role}; ALTER ROLE {role} IN DATABASE {shop.Database} RESET ALL");
        (await shop.Program.RunAsync("restore", "latest", "--swap")).Ends();
        Assert.False(await server.ScalarAsync<bool>("postgres", $"SELECT has_database_privilege('{role}', '{shop.Database}', 'create')"));
        Assert.Null(await server.ScalarAsync<string>("postgres", $"SELECT setconfig::text FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = '{shop.Database}')"));
    }

    [Fact]
    public async Task An_application_that_reconnects_all_the_time_reaches_the_restored_database_afterwards()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        using var stop = new CancellationTokenSource();
        var seen = new System.Collections.Concurrent.ConcurrentQueue<int>();
        async Task UseAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await using var connection = await shop.Server.OpenAsync(shop.Database);
                    for (var i = 0; i < 50; i++)
                    {
                        await using var command = new Npgsql.NpgsqlCommand("SELECT max(version) FROM orders", connection);
                        seen.Enqueue((int)(await command.ExecuteScalarAsync(CancellationToken.None))!);
                    }
                }
                catch (Npgsql.NpgsqlException)
                {
                    // Ended, or not let in: tried again at once.
                }
            }
        }

        Task[] application = [.. Enumerable.Range(0, 5).Select(_ => Task.Run(UseAsync))];
        (await shop.Program.RunAsync("restore", "latest", "--swap")).Ends();
        seen.Clear();
        await Until.TrueAsync(() => Task.FromResult(seen.Count > 200));
        await stop.CancelAsync();
        await Task.WhenAll(application);
        Assert.Equal(1, seen.Last());
    }

    [Fact]
    public async Task Two_swaps_are_undone_last_in_first_out_and_then_there_is_nothing_to_undo()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var first = await shop.BackUpAsync();
        await shop.MoveOnAsync(2);
        var second = await shop.BackUpAsync("--label", "second");
        await shop.MoveOnAsync(3);
        (await shop.Program.RunAsync("restore", first, "--swap")).Ends();
        (await shop.Program.RunAsync("restore", second, "--swap")).Ends();
        Assert.Equal(2, await shop.VersionAsync());
        var undone = (await shop.Program.RunAsync("undo", "--json")).Ends().Json.GetProperty("keptDatabase").GetString()!;
        Assert.Matches($"^{shop.Database}_undone_[0-9]{{14}}$", undone);
        Assert.Equal((1, 2), (await shop.VersionAsync(), await shop.VersionAsync(undone)));
        (await shop.Program.RunAsync("undo")).Ends();
        Assert.Equal(3, await shop.VersionAsync());
        (await shop.Program.RunAsync("undo")).Ends(4);
        Assert.Equal(3, (await shop.DatabasesAsync()).Length);
        Assert.Equal(2, shop.Audited().Count(action => action == "DB_RESTORE_UNDONE"));
    }

    [Fact]
    public async Task Forgetting_drops_the_kept_database_only_when_its_name_is_confirmed()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        var kept = (await shop.Program.RunAsync("restore", "latest", "--swap", "--json")).Ends().Json.GetProperty("keptDatabase").GetString()!;
        (await shop.Program.RunAsync("undo", "--forget")).Ends(5);
        (await shop.Program.RunAsync("undo", "--forget", "--confirm", shop.Database)).Ends(5);
        Assert.Equal(2, (await shop.DatabasesAsync()).Length);
        (await shop.Program.RunAsync("undo", "--forget", "--confirm", kept)).Ends();
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
        (await shop.Program.RunAsync("undo")).Ends(4);
        Assert.Equal(["DB_RESTORE_REFUSED", "DB_RESTORE_REFUSED", "DB_RESTORE_FORGOTTEN"], shop.Audited()[^4..^1]);
    }

    [Fact]
    public async Task A_dropped_live_database_gets_its_name_back_with_its_properties()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.Server.ExecuteAsync("postgres", $"ALTER DATABASE {shop.Database} SET tidemark.environment = 'production'; COMMENT ON DATABASE {shop.Database} IS 'mine'");
        await shop.BackUpAsync();
        await shop.Server.ExecuteAsync("postgres", $"DROP DATABASE {shop.Database}");
        var said = (await shop.Program.RunAsync("restore", "latest", "--swap", "--json")).Ends().Json;
        Assert.Equal(shop.Database, said.GetProperty("database").GetString());
        Assert.Equal(1, await shop.VersionAsync());
        Assert.Equal("production", await shop.Server.ScalarAsync<string>(shop.Database, "SELECT current_setting('tidemark.environment') WHERE shobj_description((SELECT oid FROM pg_database WHERE datname = current_database()), 'pg_database') = 'mine'"));
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
    }

    [Fact]
    public async Task The_database_postgres_itself_can_be_swapped()
    {
        await using var server = await PostgresServer.StartAsync(15);
        using var scratch = new Scratch();
        await server.ExecuteAsync("postgres", "CREATE TABLE t AS SELECT 1 AS x");
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        (await program.RunAsync("backup")).Ends();
        await server.ExecuteAsync("postgres", "UPDATE t SET x = 2");
        (await program.RunAsync("restore", "latest", "--swap")).Ends();
        Assert.Equal(1, await server.ScalarAsync<int>("postgres", "SELECT x FROM t"));
    }

    [Fact]
    public async Task The_dry_run_tells_all_of_the_plan_and_does_nothing()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        await using var session = await shop.Server.OpenAsync(shop.Database);
        // The server's counters follow with a delay of up to a second.
        await Until.TrueAsync(() => shop.Server.ScalarAsync<bool>(shop.Database, "SELECT tup_updated >= 1000 FROM pg_stat_database WHERE datname = current_database()"));
        var plan = (await shop.Program.RunAsync("restore", "latest", "--swap", "--dry-run", "--json")).Ends().Json;
        Assert.Equal("swap", plan.GetProperty("mode").GetString());
        Assert.Contains(plan.GetProperty("steps").EnumerateArray(), step => step.GetString()!.Contains($"rename \"{shop.Database}\" to \"{shop.Database}_before_", StringComparison.Ordinal));
        Assert.StartsWith("15.", plan.GetProperty("server").GetString(), StringComparison.Ordinal);
        Assert.True(plan.GetProperty("freeBytes").GetInt64() > plan.GetProperty("dumpSize").GetInt64());
        Assert.Contains("1000 updated", plan.GetProperty("writtenSince").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(0, plan.GetProperty("sessions").GetArrayLength());
        Assert.StartsWith("not armed", plan.GetProperty("guard").GetString(), StringComparison.Ordinal);
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
        Assert.DoesNotContain("DB_RESTORE_STARTED", shop.Audited());
        (await shop.Program.With("ENV", "production").RunAsync("restore", "latest", "--swap", "--dry-run")).Ends(5);
    }
}
