using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>Roles that the dump names and the server has no more.</summary>
public sealed class MissingRoleTests(Servers servers)
{
    private const string Owners = "SELECT string_agg(relname || ' ' || relowner::regrole || ' ' || coalesce(relacl::text, ''), '; ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";

    [Fact]
    public async Task They_are_made_on_request_without_login_and_owners_and_grants_are_as_they_were()
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
        Assert.Contains($"create the missing roles {owner}, without login", plan.Output, StringComparison.Ordinal);
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
        Assert.Equal(1, await CountAsync(server, $"rolname = '{owner}' AND NOT rolcanlogin AND NOT rolsuper"));
        Assert.Equal(1, await CountAsync(server, $"rolname = '{reader}' AND rolcanlogin AND rolcreatedb"));
    }

    private static Task<long> CountAsync(PostgresServer server, string roles) => server.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_roles WHERE {roles}");
}
