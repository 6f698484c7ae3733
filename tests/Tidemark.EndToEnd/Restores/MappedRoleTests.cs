using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>A dump restored where another role stands in for one that is gone.</summary>
public sealed class MappedRoleTests(Servers servers)
{
    // Much bears the name of the role that is no role: a schema, a table, a column, a policy, a function, strings.
    private static string Everything(string old, string reader) => $"""
        CREATE ROLE {old} SUPERUSER; CREATE ROLE {reader};
        SET ROLE {old};
        CREATE SCHEMA {old}; CREATE SCHEMA extra;
        GRANT USAGE ON SCHEMA {old} TO {reader} WITH GRANT OPTION; GRANT ALL ON SCHEMA extra TO {reader};
        CREATE TYPE {old}.state AS ENUM ('new', {old}); CREATE DOMAIN {old}.mail AS text CHECK (value LIKE '%@%');
        REVOKE ALL ON TYPE {old}.state FROM PUBLIC; GRANT USAGE ON TYPE {old}.state TO {reader};
        CREATE SEQUENCE {old}.numbers; GRANT USAGE ON SEQUENCE {old}.numbers TO {reader};
        CREATE TABLE {old}.{old} (id int PRIMARY KEY, {old} text DEFAULT {old}, "to" int, state {old}.state);
        INSERT INTO {old}.{old} VALUES (1, {old}, 2, {old});
        GRANT SELECT ({old}, "to"), UPDATE (id) ON {old}.{old} TO {reader}; GRANT SELECT ON {old}.{old} TO {reader} WITH GRANT OPTION;
        REVOKE DELETE ON {old}.{old} FROM {old};
        SET ROLE {reader}; GRANT SELECT ON {old}.{old} TO pg_monitor; SET ROLE {old};
        ALTER TABLE {old}.{old} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY {old} ON {old}.{old} FOR SELECT TO {reader}, {old} USING ({old} = {old}.{old}::text OR "to" > 0);
        CREATE POLICY everyone ON {old}.{old} AS RESTRICTIVE USING (true);
        CREATE TABLE {old}.days (d int) PARTITION BY RANGE (d); CREATE TABLE {old}.days_1 PARTITION OF {old}.days FOR VALUES FROM (0) TO (9);
        CREATE VIEW {old}.v AS SELECT {old} FROM {old}.{old}; GRANT SELECT ON {old}.v TO {old}, {reader};
        CREATE MATERIALIZED VIEW {old}.mv AS SELECT {old} FROM {old}.{old};
        CREATE FUNCTION {old}.{old}(a {old}.{old}) RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION {old}.{old}({old}.{old}) FROM PUBLIC; GRANT EXECUTE ON FUNCTION {old}.{old}({old}.{old}) TO {reader};
        CREATE PROCEDURE {old}.p() LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE {old}.total (int) (sfunc = int4pl, stype = int);
        CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; GRANT USAGE ON FOREIGN SERVER s TO {reader};
        CREATE USER MAPPING FOR {old} SERVER s OPTIONS ("user" {old}); CREATE USER MAPPING FOR public SERVER s;
        CREATE STATISTICS {old}.st ON id, "to" FROM {old}.{old};
        CREATE COLLATION {old}.c (locale = 'C'); CREATE PUBLICATION pub FOR TABLE {old}.{old};
        SELECT lo_create(4711); GRANT SELECT ON LARGE OBJECT 4711 TO {reader}; SELECT lo_create(4712); SELECT lo_create(4713);
        ALTER DEFAULT PRIVILEGES FOR ROLE {old} IN SCHEMA {old} GRANT SELECT ON TABLES TO {reader} WITH GRANT OPTION;
        ALTER DEFAULT PRIVILEGES FOR ROLE {old} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
        ALTER DEFAULT PRIVILEGES FOR ROLE {reader} GRANT USAGE ON SEQUENCES TO {old};
        RESET ROLE;
        GRANT UPDATE ON orders TO {old} WITH GRANT OPTION;
        COMMENT ON TABLE {old}.{old} IS {old}; 
        """;

    // From the catalogues alone: every owner, every grant and its grantor, every policy, default and mapping.
    private const string Roles = """
        WITH acls(what, owner, kind, acl) AS (
            SELECT 'relation ' || oid::regclass, relowner, CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relacl FROM pg_class WHERE relnamespace::regnamespace::text !~ '^pg_|^information_schema$'
            UNION ALL SELECT 'function ' || oid::regprocedure, proowner, 'f', proacl FROM pg_proc WHERE pronamespace::regnamespace::text !~ '^pg_|^information_schema$'
            UNION ALL SELECT 'type ' || oid::regtype, typowner, 'T', typacl FROM pg_type WHERE typnamespace::regnamespace::text !~ '^pg_|^information_schema$'
            UNION ALL SELECT 'schema ' || nspname, nspowner, 'n', nspacl FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$'
            UNION ALL SELECT 'large object ' || oid, lomowner, 'L', lomacl FROM pg_largeobject_metadata
            UNION ALL SELECT 'server ' || srvname, srvowner, 'S', srvacl FROM pg_foreign_server
            UNION ALL SELECT 'wrapper ' || fdwname, fdwowner, 'F', fdwacl FROM pg_foreign_data_wrapper
            UNION ALL SELECT 'collation ' || collname, collowner, NULL, NULL FROM pg_collation WHERE oid >= 16384
            UNION ALL SELECT 'statistics ' || stxname, stxowner, NULL, NULL FROM pg_statistic_ext
            UNION ALL SELECT 'publication ' || pubname, pubowner, NULL, NULL FROM pg_publication
            UNION ALL SELECT 'column ' || attrelid::regclass || '.' || attname, relowner, 'c', attacl FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attacl IS NOT NULL AND relnamespace::regnamespace::text !~ '^pg_|^information_schema$'
            UNION ALL SELECT 'default ' || coalesce(nullif(defaclnamespace, 0)::regnamespace::text, '') || ' ' || defaclobjtype::text, defaclrole, NULL, defaclacl FROM pg_default_acl)
        SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM (
            SELECT what || ' owner {' || pg_get_userbyid(owner) || '}' AS line FROM acls
            UNION ALL SELECT what || ' ' || privilege_type || ' to {' || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END || '} by {' || pg_get_userbyid(grantor) || '} ' || is_grantable
                FROM acls, aclexplode(coalesce(acl, CASE WHEN kind IS NOT NULL THEN acldefault(kind, owner) END))
            UNION ALL SELECT 'policy ' || polname || ' on ' || polrelid::regclass || ' ' || polpermissive || polcmd::text || ' to {' || CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END || '} ' || pg_get_expr(polqual, polrelid) FROM pg_policy, unnest(polroles) r
            UNION ALL SELECT 'mapping {' || usename || '} ' || srvname || ' ' || coalesce(umoptions::text, '') FROM pg_user_mappings
            UNION ALL SELECT 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
                FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attnum > 0 AND NOT attisdropped AND relnamespace::regnamespace::text !~ '^pg_|^information_schema$'
            UNION ALL SELECT 'comment ' || coalesce(objoid::regclass::text, '') || ' ' || description FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid >= 16384) all_of_them
        """;

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task Everything_that_belonged_or_was_granted_to_the_old_role_is_the_new_ones_and_nothing_of_that_name_changes(int major)
    {
        var server = await servers.OfAsync(major);
        using var shop = await Shop.OpenAsync(server, "mapped");
        var (old, reader, heir) = ($"Old \"Role\" ü {shop.Database}", $"reader_{shop.Database}", $"heir '\"of\"' {shop.Database}");
        await server.ExecuteAsync(shop.Database, Sql(old, reader));
        await server.ExecuteAsync("postgres", $"CREATE ROLE {PostgresServer.Quote(heir)} SUPERUSER; ALTER DATABASE {PostgresServer.Quote(shop.Database)} OWNER TO {PostgresServer.Quote(old)}; GRANT CONNECT ON DATABASE {PostgresServer.Quote(shop.Database)} TO {PostgresServer.Quote(old)}");
        var before = await server.ScalarAsync<string>(shop.Database, Roles);
        Assert.Contains($"{{{old}}}", before, StringComparison.Ordinal);
        await shop.BackUpAsync();
        await server.ExecuteAsync("postgres", $"ALTER DATABASE {PostgresServer.Quote(shop.Database)} OWNER TO postgres; REVOKE ALL ON DATABASE {PostgresServer.Quote(shop.Database)} FROM {PostgresServer.Quote(old)}");
        await server.ExecuteAsync(shop.Database, $"DROP OWNED BY {PostgresServer.Quote(old)} CASCADE; DROP ROLE {PostgresServer.Quote(old)}");

        var mapping = $"\"{old.Replace("\"", "\"\"", StringComparison.Ordinal)}\"={heir}";
        var copy = shop.Database + "_copy";
        var plan = (await shop.Program.RunAsync("restore", "latest", "--to-database", copy, "--map-role", mapping, "--dry-run", "--json")).Ends().Json;
        Assert.Equal(heir, plan.GetProperty("renamedRoles")[0].GetProperty("to").GetString());
        Assert.Empty(plan.GetProperty("missingRoles").EnumerateArray());
        var done = (await shop.Program.RunAsync("restore", "latest", "--to-database", copy, "--map-role", mapping, "--json")).Ends().Json;
        Assert.Equal("checked", done.GetProperty("outcome").GetString());
        var after = await server.ScalarAsync<string>(copy, Roles);
        Assert.Equal(before!.Replace($"{{{old}}}", $"{{{heir}}}", StringComparison.Ordinal).Split('\n').Order(StringComparer.Ordinal), after!.Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal(heir, await server.ScalarAsync<string>("postgres", $"SELECT datdba::regrole::text FROM pg_database WHERE datname = '{copy}'") is { } owner ? owner.Trim('"').Replace("\"\"", "\"", StringComparison.Ordinal) : null);

        // A part of it too.
        var part = shop.Database + "_part";
        (await shop.Program.RunAsync("restore", "latest", "--to-database", part, "--map-role", mapping, "--table", "orders")).Ends();
        Assert.True(await server.ScalarAsync<bool>(part, $"SELECT has_table_privilege('{heir.Replace("'", "''", StringComparison.Ordinal)}', 'orders', 'UPDATE WITH GRANT OPTION')"));
        if (major == 13) return;

        // And in place, where everything is the new role's already.
        (await shop.Program.With("DATABASE_URL", server.Url(copy)).RunAsync("restore", "latest", "--database", shop.Database, "--in-place", "--confirm", copy, "--map-role", mapping)).Ends();
        Assert.Equal(after, await server.ScalarAsync<string>(copy, Roles));
    }

    [Fact]
    public async Task What_is_not_there_or_cannot_be_mapped_is_refused_before_anything_is_done()
    {
        var server = await servers.OfAsync(15);
        using var shop = await Shop.OpenAsync(server, "unmapped");
        var old = $"old_{shop.Database}";
        await server.ExecuteAsync(shop.Database, $"CREATE ROLE {old}; ALTER TABLE orders OWNER TO {old}");
        await shop.BackUpAsync();
        var copy = shop.Database + "_copy";
        Assert.Contains("postgres", (await shop.Program.RunAsync("restore", "latest", "--to-database", copy, "--map-role", $"{old}=postgre")).Ends(4).Errors, StringComparison.Ordinal);
        Assert.Contains(old, (await shop.Program.RunAsync("restore", "latest", "--to-database", copy, "--map-role", $"{old}x=postgres")).Ends(4).Errors, StringComparison.Ordinal);
        (await shop.Program.RunAsync("restore", "latest", "--to-database", copy, "--map-role", old)).Ends(2);
        (await shop.Program.RunAsync("restore", "latest", "--to-database", copy, "--map-role", $"{old}=postgres", "--no-owner")).Ends(2);
        await shop.BackUpAsync("--format", "sql.gz");
        Assert.Contains("REASSIGN OWNED", (await shop.Program.RunAsync("restore", "latest", "--to-database", copy, "--map-role", $"{old}=postgres")).Ends(5).Errors, StringComparison.Ordinal);
        Assert.Equal(0, await server.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{copy}'"));
    }

    /// <summary>Names become identifiers, and literals where they stand as values.</summary>
    private static string Sql(string old, string reader)
    {
        const string Value = "\u0001";
        var text = Everything("\u0002", PostgresServer.Quote(reader));
        foreach (var (from, to) in new[] { ("('new', \u0002)", $"('new', {Value})"), ("DEFAULT \u0002,", $"DEFAULT {Value},"), ("VALUES (1, \u0002, 2, \u0002)", $"VALUES (1, {Value}, 2, {Value})"), ("(\"user\" \u0002)", $"(\"user\" {Value})"), ("IS \u0002;", $"IS {Value};"), ("(\u0002 = \u0002.\u0002::text OR", $"(\u0002 = {Value} OR") })
            text = text.Replace(from, to, StringComparison.Ordinal);
        return text.Replace(Value, $"'{old.Replace("'", "''", StringComparison.Ordinal)}'", StringComparison.Ordinal).Replace("\u0002", PostgresServer.Quote(old), StringComparison.Ordinal);
    }
}
