using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Docs;

/// <summary>What the runbook warns of is true of the real pg_restore.</summary>
public sealed class StockToolTests(Servers servers)
{
    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public async Task Pg_restore_with_clean_and_create_drops_the_database_that_the_dump_names_and_leaves_the_one_of_its_option_alone(int major)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(major));
        await shop.BackUpAsync();
        var dump = Directory.GetFiles(Path.Combine(shop.Folder, "backups"), "*.dump", SearchOption.AllDirectories).Single();
        await shop.MoveOnAsync();
        var oid = await OidAsync(shop);
        var other = await shop.Server.CreateDatabaseAsync("other");
        await shop.Server.ExecuteAsync(other, "CREATE TABLE kept (id int)");

        (await Bystander.RunAsync(shop.Folder, shop.Program.Environment, TimeSpan.FromMinutes(2), Path.Combine(shop.Server.Clients, "pg_restore"), "--clean", "--create", "-d", shop.Server.Url(other), dump)).Ends();

        // The live one is another database now, and what was written since the dump is gone with the old one.
        Assert.NotEqual(oid, await OidAsync(shop));
        Assert.Equal(1, await shop.VersionAsync());
        Assert.Equal("kept", await shop.Server.ScalarAsync<string>(other, "SELECT string_agg(relname, ',') FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"));
    }

    private static Task<uint> OidAsync(Shop shop) => shop.Server.ScalarAsync<uint>("postgres", $"SELECT oid FROM pg_database WHERE datname = '{shop.Database}'");
}
