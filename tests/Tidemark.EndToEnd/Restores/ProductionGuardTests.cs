using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>Whoever says production arms the guard; --force with the name lifts it, and nothing else.</summary>
public sealed class ProductionGuardTests(Servers servers)
{
    [Theory]
    [InlineData("environment")]
    [InlineData(".env")]
    [InlineData("tidemark.json")]
    [InlineData("server")]
    [InlineData("server, for one role")]
    public async Task Armed_by_any_of_its_sources_it_refuses_swap_undo_and_in_place_until_force_and_confirm_are_given(string source)
    {
        var server = await servers.OfAsync(15);
        using var shop = await Shop.OpenAsync(server);
        await shop.BackUpAsync();
        (await shop.Program.RunAsync("restore", "latest", "--swap")).Ends();
        await shop.MoveOnAsync(5);
        switch (source)
        {
            case "environment": shop.Program.With("ENV", "prod"); break;
            case ".env": shop.Write(".env", "ENV=Production\n"); break;
            case "tidemark.json": shop.Write("tidemark.json", """{ "Tidemark": { "Environment": "production" } }"""); break;
            case "server": await server.ExecuteAsync("postgres", $"ALTER DATABASE {shop.Database} SET tidemark.environment = 'production'"); break;
            default: await server.ExecuteAsync("postgres", $"ALTER DATABASE {shop.Database} SET tidemark.environment = 'staging'; ALTER ROLE postgres IN DATABASE {shop.Database} SET tidemark.environment = 'live'"); break;
        }

        string[][] commands = [["restore", "latest", "--swap"], ["restore", "latest", "--in-place"], ["undo"]];
        foreach (var command in commands)
        {
            (await shop.Program.RunAsync(command)).Ends(5);
            (await shop.Program.RunAsync([.. command, "--force"])).Ends(5);
            (await shop.Program.RunAsync([.. command, "--confirm", shop.Database])).Ends(5);
            (await shop.Program.RunAsync([.. command, "--force", "--confirm", "another"])).Ends(5);
            Assert.Equal("DB_RESTORE_REFUSED", shop.Audited()[^1]);
        }

        Assert.Equal(5, await shop.VersionAsync());
        (await shop.Program.RunAsync("restore", "latest")).Ends();
        (await shop.Program.RunAsync("undo", "--force", "--confirm", shop.Database)).Ends();
        Assert.Equal(1, await shop.VersionAsync());
    }

    [Theory]
    [InlineData("PGOPTIONS")]
    [InlineData("the role")]
    [InlineData("another database's")]
    public async Task What_the_server_says_of_itself_is_not_hidden_by_a_setting_above_it(string above)
    {
        await using var server = await PostgresServer.StartAsync(15, new ServerOptions { Settings = new Dictionary<string, string> { ["tidemark.environment"] = "production" } });
        using var shop = await Shop.OpenAsync(server);
        await shop.BackUpAsync();
        (await shop.Program.RunAsync("restore", "latest", "--swap", "--force", "--confirm", shop.Database)).Ends();
        const string Setting = "SET tidemark.environment = 'development'";
        switch (above)
        {
            case "PGOPTIONS":
                // Nobody may read the server's files then: the guard must not rest on them.
                await server.ExecuteAsync("postgres", $"CREATE ROLE plain LOGIN CREATEDB; GRANT pg_signal_backend TO plain; ALTER DATABASE {shop.Database} OWNER TO plain; GRANT EXECUTE ON FUNCTION pg_control_system() TO plain");
                shop.Program.With("PGOPTIONS", "-c tidem\\ark.environment=development").With("DATABASE_URL", server.Url(shop.Database).Replace("postgres@", "plain@", StringComparison.Ordinal));
                break;
            case "the role": await server.ExecuteAsync("postgres", $"ALTER ROLE postgres {Setting}"); break;
            default: await server.ExecuteAsync("postgres", $"ALTER DATABASE postgres {Setting}"); break;
        }

        (await shop.Program.RunAsync("restore", "latest", "--swap")).Ends(5).Says("the production guard");
        (await shop.Program.RunAsync("undo")).Ends(5).Says("the production guard");
        var kept = (await shop.DatabasesAsync()).Single(name => name.Contains("_before_", StringComparison.Ordinal));
        (await shop.Program.RunAsync("undo", "--forget", "--confirm", kept)).Ends(5).Says("the production guard");
        (await shop.Program.RunAsync("undo", "--forget", "--force")).Ends(5);
        Assert.Contains(kept, await shop.DatabasesAsync());
        if (above == "PGOPTIONS") shop.Program.With("DATABASE_URL", server.Url(shop.Database));
        (await shop.Program.RunAsync("undo", "--forget", "--force", "--confirm", kept)).Ends();
    }

    [Fact]
    public async Task Force_lifts_no_other_check()
    {
        await using var server = await PostgresServer.StartAsync(15, new ServerOptions { Settings = new Dictionary<string, string> { ["wal_level"] = "logical", ["max_prepared_transactions"] = "5" } });
        using var shop = await Shop.OpenAsync(server);
        var name = shop.Database;
        await shop.BackUpAsync();
        (string Make, string Undo, string Named)[] blockers =
        [
            ("BEGIN; CREATE TABLE p (x int); PREPARE TRANSACTION 'it''s open'", "ROLLBACK PREPARED 'it''s open'", "prepared transaction 'it''s open'"),
            ("SELECT pg_create_logical_replication_slot('my_slot', 'test_decoding')", "SELECT pg_drop_replication_slot('my_slot')", "logical replication slot my_slot"),
            ("CREATE SUBSCRIPTION my_sub CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)", "ALTER SUBSCRIPTION my_sub DISABLE; ALTER SUBSCRIPTION my_sub SET (slot_name = NONE); DROP SUBSCRIPTION my_sub", "subscription my_sub"),
        ];
        foreach (var (make, undo, named) in blockers)
        {
            await server.ExecuteAsync(name, make);
            var refused = (await shop.Program.RunAsync("restore", "latest", "--swap", "--force", "--confirm", name)).Ends(5);
            Assert.Contains(named, refused.Errors, StringComparison.Ordinal);
            Assert.Equal([name], await shop.DatabasesAsync());
            foreach (var statement in undo.Split("; "))
            {
                await server.ExecuteAsync(name, statement);
            }
        }

        // One that comes up while the rows come in is seen as well.
        shop.Program.With("BACKUP_HOOK_BEFORE_SWAP", $"{server.Clients}/psql -Xqc \"SELECT pg_create_logical_replication_slot('late_slot', 'test_decoding')\" '{server.SocketUrl(name)}'");
        var late = (await shop.Program.RunAsync("restore", "latest", "--swap", "--force", "--confirm", name)).Ends(5);
        Assert.Contains("late_slot", late.Errors, StringComparison.Ordinal);
        Assert.True(await server.ScalarAsync<bool>(name, "SELECT datallowconn FROM pg_database WHERE datname = current_database()"));
    }
}
