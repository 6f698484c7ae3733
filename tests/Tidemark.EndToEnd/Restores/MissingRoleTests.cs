using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>Roles that the dump names and the server has no more.</summary>
public sealed class MissingRoleTests(Servers servers)
{
    private const string Owners = "SELECT string_agg(relname || ' ' || relowner::regrole || ' ' || coalesce(relacl::text, ''), '; ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";

    [Fact]
    public async Task They_are_made_on_request_and_owners_and_grants_are_as_they_were()
    {
        var server = await servers.OfAsync(15);
        using var shop = await Shop.OpenAsync(server, "roles");
        var (owner, reader) = ($"Owner of {shop.Database}", $"reader of {shop.Database}");
        await server.ExecuteAsync(shop.Database, $"""
            CREATE ROLE "{owner}" LOGIN; CREATE ROLE "{reader}" LOGIN;
            ALTER TABLE orders OWNER TO "{owner}"; GRANT SELECT ON orders TO "{reader}", pg_monitor;
            """);
        var before = await server.ScalarAsync<string>(shop.Database, Owners);
        await shop.BackUpAsync();
        await server.ExecuteAsync(shop.Database, $"""DROP OWNED BY "{owner}"; DROP ROLE "{owner}" """);
        await server.ExecuteAsync(shop.Database, $"""DROP OWNED BY "{reader}"; ALTER ROLE "{reader}" CREATEDB""");

        var copy = shop.Database + "_copy";
        var plan = (await shop.Program.RunAsync("restore", "latest", "--to-database", copy, "--create-roles", "--dry-run")).Ends();
        Assert.Contains($"create the missing role {owner} (LOGIN)", plan.Output, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(server, $"rolname IN ('{owner}', '{reader}')"));
        (await shop.Program.RunAsync("restore", "latest", "--to-database", copy + "_without")).Ends(3);

        // A restore that fails takes the role away again.
        (await shop.Program.RunAsync("restore", "latest", "--to-database", shop.Database + "_full", "--create-roles", "--no-owner")).Ends(2);
        await server.ExecuteAsync("postgres", $"CREATE DATABASE \"{shop.Database}_full\" TEMPLATE template0");
        await server.ExecuteAsync(shop.Database + "_full", "CREATE TABLE orders (x int)");
        (await shop.Program.RunAsync("restore", "latest", "--to-database", shop.Database + "_full", "--confirm", shop.Database + "_full", "--create-roles")).Ends(1);
        Assert.Equal(1, await CountAsync(server, $"rolname IN ('{owner}', '{reader}')"));

        (await shop.Program.RunAsync("restore", "latest", "--to-database", copy, "--create-roles")).Ends();
        Assert.Equal(before, await server.ScalarAsync<string>(copy, Owners));
        Assert.Equal(1, await CountAsync(server, $"rolname = '{owner}' AND rolcanlogin AND NOT rolsuper"));
        Assert.Equal(1, await CountAsync(server, $"rolname = '{reader}' AND rolcanlogin AND rolcreatedb"));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task They_get_back_what_the_globals_say_of_them_and_what_is_refused_or_not_known_is_told(int major)
    {
        var server = await servers.OfAsync(major);
        using var shop = await Shop.OpenAsync(server, "given");
        var (team, app, other, limited) = ($"team of {shop.Database}", $"App \"\"x\"\"; of {shop.Database}", $"other of {shop.Database}", $"limited of {shop.Database}");
        await server.ExecuteAsync(shop.Database, $"""
            SET password_encryption = 'scram-sha-256';
            CREATE ROLE "{team}" CREATEDB; CREATE ROLE "{other}" LOGIN; CREATE ROLE "{limited}" LOGIN CREATEROLE CREATEDB;
            CREATE ROLE "{app}" SUPERUSER NOINHERIT LOGIN CONNECTION LIMIT 7 PASSWORD 'ge''heim' VALID UNTIL '2031-01-01 00:00+00';
            COMMENT ON ROLE "{app}" IS 'it''s; the app';
            ALTER ROLE "{app}" SET work_mem = '7MB'; ALTER ROLE "{app}" SET search_path = 'a b', public; ALTER ROLE "{app}" SET "app.path" = E'C:\\x';
            GRANT "{team}" TO "{app}" WITH ADMIN OPTION; GRANT pg_monitor TO "{app}"; GRANT "{app}" TO "{other}";
            ALTER TABLE orders OWNER TO "{app}"; GRANT SELECT ON orders TO "{team}";
            """);
        var before = await KnownAsync(server, shop.Database);
        await shop.BackUpAsync();
        async Task LoseAsync(params string[] roles)
        {
            foreach (var role in roles) await server.ExecuteAsync(shop.Database, $"""REASSIGN OWNED BY "{role}" TO postgres; DROP OWNED BY "{role}"; DROP ROLE "{role}" """);
        }

        await LoseAsync(team, app);
        var plan = (await shop.Program.RunAsync("restore", "latest", "--to-database", shop.Database + "_copy", "--create-roles", "--dry-run")).Ends();
        Assert.Contains("SUPERUSER, LOGIN, CONNECTION LIMIT 7, PASSWORD, VALID UNTIL", plan.Output.Replace("NOINHERIT, ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("SCRAM", plan.Output, StringComparison.Ordinal);
        var done = (await shop.Program.RunAsync("restore", "latest", "--to-database", shop.Database + "_copy", "--create-roles", "--json")).Ends().Json;
        Assert.All(done.GetProperty("createdRoles").EnumerateArray(), role => Assert.Equal((true, 0), (role.GetProperty("fromGlobals").GetBoolean(), role.GetProperty("lacks").GetArrayLength())));
        Assert.Equal(before, await KnownAsync(server, shop.Database));

        // One that may make roles but no superusers; and a member that is gone for good.
        await server.ExecuteAsync("postgres", $"""DROP DATABASE "{shop.Database}_copy" """);
        await LoseAsync(other, team, app);
        await server.ExecuteAsync("postgres", $"""CREATE ROLE "{other}" LOGIN""");
        var program = shop.Program.With("DATABASE_URL", $"postgresql://{Uri.EscapeDataString(limited)}@127.0.0.1:{server.Port}/{shop.Database}");
        var less = (await program.RunAsync("restore", "latest", "--to-database", shop.Database + "_less", "--create-roles", "--json")).Json;
        var lacks = less.GetProperty("createdRoles").EnumerateArray().SelectMany(role => role.GetProperty("lacks").EnumerateArray()).Select(lack => lack.GetString()!).ToList();
        Assert.Contains(lacks, lack => lack.StartsWith("SUPERUSER: ", StringComparison.Ordinal));
        Assert.Equal(1, await CountAsync(server, $"rolname = 'App \"x\"; of {shop.Database}' AND NOT rolsuper AND rolcanlogin AND rolconnlimit = 7 AND rolvaliduntil IS NOT NULL"));

        // Without the file: bare, and told.
        await server.ExecuteAsync("postgres", $"""DROP DATABASE IF EXISTS "{shop.Database}_less" """);
        await LoseAsync(team, app);
        File.Delete(Directory.GetFiles(shop.Folder, "*.globals.sql", SearchOption.AllDirectories).Single());
        var bare = (await shop.Program.With("DATABASE_URL", server.Url(shop.Database)).RunAsync("restore", "latest", "--to-database", shop.Database + "_bare", "--create-roles")).Ends();
        Assert.Contains($"{team}, without login, password, attributes and memberships", bare.Output, StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync(server, $"rolname LIKE '%of {shop.Database}' AND NOT rolcanlogin AND NOT rolsuper AND NOT rolcreatedb"));
    }

    /// <summary>All that the catalogues hold of the roles whose names end so.</summary>
    private static Task<string?> KnownAsync(PostgresServer server, string ending) => server.ScalarAsync<string>("postgres", $"""
        SELECT string_agg(to_jsonb(a)::text, E'\n' ORDER BY rolname) || (SELECT string_agg(rolname || ' ' || setconfig::text, E'\n' ORDER BY rolname) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = setrole WHERE rolname LIKE '%of {ending}')
            || (SELECT string_agg(to_jsonb(m)::text, E'\n' ORDER BY g, m.m) FROM (SELECT roleid::regrole::text g, member::regrole::text m, grantor::regrole::text, to_jsonb(x) - 'oid' - 'roleid' - 'member' - 'grantor' AS options FROM pg_auth_members x) m WHERE g LIKE '%of {ending}%' OR m.m LIKE '%of {ending}%')
            || (SELECT string_agg(rolname || ' ' || description, E'\n' ORDER BY rolname) FROM pg_shdescription d JOIN pg_roles r ON r.oid = objoid AND classoid = 'pg_authid'::regclass WHERE rolname LIKE '%of {ending}')
        FROM (SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolpassword, rolvaliduntil FROM pg_authid WHERE rolname LIKE '%of {ending}') a
        """);

    private static Task<long> CountAsync(PostgresServer server, string roles) => server.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_roles WHERE {roles}");
}
