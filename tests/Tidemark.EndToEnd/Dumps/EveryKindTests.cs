using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>What went in comes out: definitions, rows, sequences, large objects, and what belongs to the database beside them.</summary>
public sealed class EveryKindTests(Servers servers)
{
    /// <summary>Settings, grants, comment, owner, limit: in the shared catalogues, so no dump of the database alone holds them.</summary>
    private const string Properties = """
        SELECT string_agg(line, E'\n' ORDER BY line) FROM pg_database d, LATERAL (
            SELECT 'setting ' || coalesce(setrole::regrole::text, '') || ' ' || unnest(setconfig) AS line FROM pg_db_role_setting WHERE setdatabase = d.oid AND setrole = 0
            UNION ALL SELECT 'role setting ' || setrole::regrole || ' ' || unnest(setconfig) FROM pg_db_role_setting WHERE setdatabase = d.oid AND setrole <> 0
            UNION ALL SELECT 'grant ' || a.grantee::regrole || ' ' || a.privilege_type || ' ' || a.is_grantable FROM aclexplode(d.datacl) a
            UNION ALL SELECT 'comment ' || coalesce(shobj_description(d.oid, 'pg_database'), '(none)')
            UNION ALL SELECT 'owner ' || datdba::regrole || ', limit ' || datconnlimit || ', encoding ' || encoding || ', locale ' || datcollate || ' ' || datctype) AS lines
        """;

    public static TheoryData<string> Formats => ["custom", "sql.gz"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_database_with_every_kind_of_object_restores_to_an_equal_one(string format)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("Every Kind, \"quoted\"");
        await FillAsync(server, database);
        var program = TidemarkProgram.For(server, database, scratch.Folder);

        (await program.RunAsync("backup", "--format", format)).Ends(0);
        var restored = (await program.RunAsync("restore", "latest", "--json")).Ends(0).Json.GetProperty("database").GetString()!;

        await SchemaCompare.AssertEqualAsync(server, database, server, restored);
        var properties = await PropertiesAsync(server, database);
        Assert.Contains("grant \"kind \"\"odd\"\", Reader\" CONNECT true", properties, StringComparison.Ordinal);
        Assert.Contains("role setting kind_owner statement_timeout=7min", properties, StringComparison.Ordinal);
        Assert.Equal(properties, await PropertiesAsync(server, restored));
        Assert.Equal(90, await server.ScalarAsync<long>(restored, "SELECT count(*) FROM trade.orders"));
        (await program.RunAsync("verify", "latest")).Ends(0);
    }

    [Fact]
    public async Task The_manifest_names_what_the_dump_does_not_hold()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("gaps");
        await FillAsync(server, database);
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var told = (await program.RunAsync("backup")).Ends(0);
        var folder = new BackupFolder(program);
        var gaps = folder.Manifest(folder.Dumps.Single()).GetProperty("gaps").EnumerateArray().Select(gap => $"{gap.GetProperty("kind").GetString()} {gap.GetProperty("object").GetString()}").ToArray();
        Assert.Contains("foreign-table trade.outside", gaps);
        Assert.Contains("foreign-table trade.remote", gaps);
        Assert.Contains($"database-properties {database}", gaps);
        Assert.Contains("not in the dump foreign-table trade.outside", told.Output, StringComparison.Ordinal);
    }

    private static async Task FillAsync(PostgresServer server, string database)
    {
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "psql"),
            ["-XqAt", "-v", "ON_ERROR_STOP=1", "-f", Path.Combine(Workshop.Repository, "tests", "Tidemark.EndToEnd", "Dumps", "every-kind.sql"), server.SocketUrl(database)]);
        var name = PostgresServer.Quote(database);
        await server.ExecuteAsync("postgres", $"""
            ALTER DATABASE {name} SET search_path = "$user", trade, "Odd schema", public;
            ALTER DATABASE {name} SET work_mem = '5MB';
            ALTER DATABASE {name} SET "DateStyle" = 'ISO, DMY';
            ALTER DATABASE {name} SET app.greeting = 'it''s = "odd"';
            ALTER ROLE kind_owner IN DATABASE {name} SET statement_timeout = '7min';
            ALTER DATABASE {name} CONNECTION LIMIT 77;
            ALTER DATABASE {name} OWNER TO kind_owner;
            REVOKE ALL ON DATABASE {name} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {name} TO "kind ""odd"", Reader" WITH GRANT OPTION;
            COMMENT ON DATABASE {name} IS 'a database''s
            comment';
            """);
    }

    private static Task<string?> PropertiesAsync(PostgresServer server, string database) =>
        server.ScalarAsync<string>("postgres", Properties + $" WHERE d.datname = '{database.Replace("'", "''", StringComparison.Ordinal)}'");
}
