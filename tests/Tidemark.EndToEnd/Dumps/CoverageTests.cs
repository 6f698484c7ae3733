using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>A role that does not see all takes no backup that looks like all; what is left out by nature is written down.</summary>
public sealed class CoverageTests(Servers servers)
{
    [Theory]
    [InlineData(15, "GRANT pg_read_all_data TO \"weak_1\";")]
    [InlineData(13, "GRANT USAGE ON SCHEMA … and GRANT SELECT ON ALL TABLES")]
    public async Task Tables_and_sequences_that_the_role_may_not_read_are_named_with_the_grant(int major, string grant)
    {
        var server = await servers.OfAsync(major);
        using var scratch = new Scratch();
        var (program, folder) = await AsRoleAsync(server, scratch, "weak_1", """
            CREATE TABLE open (x int); GRANT SELECT ON open TO weak_1;
            CREATE TABLE "closed Table" (x int); CREATE SEQUENCE closed_sequence;
            CREATE SCHEMA shut; CREATE TABLE shut.inside (x int); GRANT SELECT ON shut.inside TO weak_1;
            """);
        var result = (await program.RunAsync("backup")).Fails(7, "access-denied").Says("may not read 3 of", "public.\"closed Table\", public.closed_sequence, shut.inside", "role weak_1", grant);
        Assert.DoesNotContain("public.open", result.Errors, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
        Assert.Empty(folder.Pending);
        Assert.Equal(["DB_BACKUP_FAILED"], folder.AuditActions);
    }

    [Fact]
    public async Task Rows_that_row_level_security_hides_are_no_backup()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder) = await AsRoleAsync(server, scratch, "weak_2", """
            CREATE TABLE orders (who name, x int); INSERT INTO orders VALUES ('weak_2', 1), ('other', 2);
            ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON orders USING (who = current_user);
            GRANT pg_read_all_data TO weak_2;
            """);
        (await program.RunAsync("backup")).Fails(7, "access-denied").Says("row-level security hides rows", "public.orders", "BYPASSRLS");
        Assert.Empty(folder.Files);
        Assert.Empty(folder.Pending);

        await server.ExecuteAsync("postgres", "ALTER ROLE weak_2 BYPASSRLS");
        (await program.RunAsync("backup")).Ends(0);
        Assert.Equal(2, folder.Manifest(folder.Dumps.Single()).GetProperty("rows")[0].GetProperty("rows").GetInt64());
    }

    [Fact]
    public async Task A_role_without_superuser_takes_a_backup_whose_globals_lack_the_passwords_and_says_so()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder) = await AsRoleAsync(server, scratch, "weak_3", "CREATE TABLE t AS SELECT 1 AS x; GRANT pg_read_all_data TO weak_3");
        await server.ExecuteAsync("postgres", "CREATE ROLE with_password LOGIN PASSWORD 'not to be seen'");
        (await program.RunAsync("backup")).Ends(0);
        var manifest = folder.Manifest(folder.Dumps.Single());
        var globals = await File.ReadAllTextAsync(folder.PathOf(manifest.GetProperty("globals").GetString()!), TestContext.Current.CancellationToken);
        Assert.Contains("CREATE ROLE with_password;", globals, StringComparison.Ordinal);
        Assert.DoesNotContain("SCRAM-SHA-256", globals, StringComparison.Ordinal);
        Assert.Contains(manifest.GetProperty("gaps").EnumerateArray(), gap => gap.GetProperty("kind").GetString() == "role-passwords");

        (await program.With("DATABASE_URL", server.Url(manifest.GetProperty("database").GetString()!)).RunAsync("backup", "--format", "sql.gz")).Ends(0);
        manifest = folder.Manifest(folder.Dumps.Single(key => key.EndsWith(".sql.gz", StringComparison.Ordinal)));
        globals = await File.ReadAllTextAsync(folder.PathOf(manifest.GetProperty("globals").GetString()!), TestContext.Current.CancellationToken);
        Assert.Contains("SCRAM-SHA-256", globals, StringComparison.Ordinal);
        Assert.DoesNotContain(manifest.GetProperty("gaps").EnumerateArray(), gap => gap.GetProperty("kind").GetString() == "role-passwords");
    }

    [Fact]
    public async Task A_large_object_that_the_role_may_not_read_fails_the_backup()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder) = await AsRoleAsync(server, scratch, "weak_4", "SELECT lo_from_bytea(0, '\\x01'); GRANT pg_read_all_data TO weak_4");
        (await program.RunAsync("backup")).Fails(7, "access-denied").Says("large object");
        Assert.Empty(folder.Files);
        Assert.Empty(folder.Pending);
    }

    [Fact]
    public async Task Tables_of_an_extension_need_not_be_readable_and_their_rows_are_told_as_a_gap()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder) = await AsRoleAsync(server, scratch, "weak_5", """
            CREATE EXTENSION citext; CREATE TABLE inner_state (x int); INSERT INTO inner_state VALUES (1); ALTER EXTENSION citext ADD TABLE inner_state;
            CREATE TABLE own AS SELECT 1 AS x; GRANT SELECT ON own TO weak_5;
            """);
        (await program.RunAsync("backup")).Ends(0);
        var manifest = folder.Manifest(folder.Dumps.Single());
        Assert.Equal("own", Assert.Single(manifest.GetProperty("rows").EnumerateArray()).GetProperty("table").GetString());
        Assert.Contains(manifest.GetProperty("gaps").EnumerateArray(), gap => gap.GetProperty("kind").GetString() == "extension-data" && gap.GetProperty("object").GetString() == "public.inner_state");
    }

    [Fact]
    public async Task Slots_subscriptions_prepared_transactions_and_tablespaces_are_told_as_gaps()
    {
        await using var server = await PostgresServer.StartAsync(15, new ServerOptions { Settings = new Dictionary<string, string> { ["wal_level"] = "logical", ["max_prepared_transactions"] = "5" } });
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("gaps");
        await server.ExecuteAsync(database, "CREATE TABLE t (x int)");
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "psql"), ["-Xqc", "SET allow_in_place_tablespaces = on", "-c", "CREATE TABLESPACE elsewhere LOCATION ''", "-d", server.SocketUrl(database)]);
        await server.ExecuteAsync(database, "CREATE TABLE away (x int) TABLESPACE elsewhere");
        await server.ExecuteAsync(database, "SELECT pg_create_logical_replication_slot('the_slot', 'pgoutput')");
        await server.ExecuteAsync(database, "CREATE SUBSCRIPTION the_subscription CONNECTION 'host=nowhere.invalid' PUBLICATION p WITH (connect = false)");
        await server.ExecuteAsync(database, "BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'the_transaction'");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        (await program.RunAsync("backup")).Ends(0);
        var folder = new BackupFolder(program);
        var gaps = folder.Manifest(folder.Dumps.Single()).GetProperty("gaps").EnumerateArray().Select(gap => $"{gap.GetProperty("kind").GetString()} {gap.GetProperty("object").GetString()}");
        Assert.Equal(["prepared-transaction the_transaction", "replication-slot the_slot", "subscription the_subscription", "tablespace elsewhere"], gaps);
    }

    private static async Task<(TidemarkProgram Program, BackupFolder Folder)> AsRoleAsync(PostgresServer server, Scratch scratch, string role, string sql)
    {
        var database = await server.CreateDatabaseAsync("coverage");
        await server.ExecuteAsync("postgres", $"CREATE ROLE {role} LOGIN");
        await server.ExecuteAsync(database, sql);
        var program = TidemarkProgram.For(server, database, scratch.Folder).With("DATABASE_URL", server.Url(database).Replace("//postgres@", $"//{role}@", StringComparison.Ordinal));
        return (program, new BackupFolder(program));
    }
}
