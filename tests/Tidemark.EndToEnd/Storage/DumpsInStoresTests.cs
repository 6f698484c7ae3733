using System.Text.Json;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Storage;

/// <summary>Backups in real stores, from the first command to the last.</summary>
public sealed class DumpsInStoresTests(Servers servers)
{
    [Theory]
    [InlineData("s3")]
    [InlineData("azblob")]
    [InlineData("sftp")]
    public async Task An_encrypted_backup_goes_to_a_store_and_comes_back_on_a_machine_that_never_saw_it(string kind)
    {
        var place = await servers.NewPlaceAsync(kind);
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var (key, recipient) = await KeyAsync(shop.Folder);
        shop.Program.With(place).With("BACKUP_DIR", place.Address).With("BACKUP_ENCRYPT_TO", recipient).With("HOME", Home(shop, "writer"));
        var custom = await shop.BackUpAsync();
        var sql = await shop.BackUpAsync("--format", "sql.gz", "--label", "by-hand");
        Assert.False(Directory.Exists(Path.Combine(shop.Folder, "backups")));
        await shop.MoveOnAsync();

        shop.Program.With("HOME", Home(shop, "reader")).With("BACKUP_ENCRYPT_TO", null);
        Assert.Equal([sql, custom], (await ListAsync(shop)).Select(backup => backup.GetProperty("id").GetString()));
        (await shop.Program.RunAsync("restore", custom)).Ends(9);
        shop.Program.With("BACKUP_IDENTITY", key);
        (await shop.Program.RunAsync("verify", "--all")).Ends();
        (await shop.Program.RunAsync("keys", "check")).Ends();
        foreach (var id in (string[])[custom, sql])
            Assert.Equal(1, await shop.VersionAsync((await shop.Program.RunAsync("restore", id, "--json")).Ends().Json.GetProperty("database").GetString()));

        // The other way round: fetched, decrypted, and read by PostgreSQL's own program.
        var file = (await shop.Program.RunAsync("download", custom, "--decrypt", "--to", "fetched", "--json")).Ends().Json.GetProperty("path").GetString()!;
        Assert.Contains("TABLE DATA public orders", await ChildProcess.OutputAsync(Path.Combine(shop.Server.Clients, "pg_restore"), ["--list", file]), StringComparison.Ordinal);

        (await shop.Program.RunAsync("pin", custom, "--reason", "a test")).Ends();
        (await shop.Program.With("BACKUP_RETENTION_DAYS", "none").With("BACKUP_RETENTION_COUNT", "1").RunAsync("prune")).Ends();
        Assert.Equal(2, (await ListAsync(shop)).Count);
        (await shop.Program.RunAsync("unpin", custom)).Ends();
        (await shop.Program.RunAsync("prune")).Ends();
        Assert.Equal(sql, Assert.Single(await ListAsync(shop)).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_store_that_is_away_keeps_a_backup_out_of_no_other_and_gets_it_when_it_is_back()
    {
        var server = await servers.S3Async();
        await using var gateway = await server.OwnGatewayAsync();
        var place = await server.NewPlaceAsync() with { Variables = gateway.Variables };
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        shop.Program.With(place).With("BACKUP_DIR", $"backups,{place.Address}");
        var whole = await shop.BackUpAsync();
        Assert.Equal(["good", "good"], States(Assert.Single(await ListAsync(shop))));
        await gateway.KillAsync();

        var half = (await shop.Program.RunAsync(["backup", "--json"], null, TimeSpan.FromMinutes(5))).Ends(3);
        Assert.Contains(place.Address, half.Errors, StringComparison.Ordinal);
        Assert.Equal(["failed", "good"], States(half.Json.GetProperty("backups")[0]).Order());
        await shop.MoveOnAsync();
        // Each of them waits for the store: side by side.
        var (list, status, restore) = (shop.Program.RunAsync("list", "--json"), shop.Program.RunAsync("status", "--json"), shop.Program.RunAsync("restore", whole, "--json"));
        var listed = (await list).Ends();
        Assert.Contains($"the store {place.Address} could not be read", listed.Json.GetProperty("unseen")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("atRisk", (await status).Ends().Json.GetProperty("databases")[0].GetProperty("recovery").GetProperty("state").GetString());
        Assert.Equal(1, await shop.VersionAsync((await restore).Ends().Json.GetProperty("database").GetString()));

        await gateway.StartAsync();
        shop.Program.With("AWS_ENDPOINT_URL", gateway.Url);
        (await shop.Program.RunAsync("copy", "--all")).Ends();
        Assert.All(await ListAsync(shop), backup => Assert.Equal(["good", "good"], States(backup)));
    }

    [Fact]
    public async Task Copying_all_goes_past_a_store_that_is_away_and_records_what_it_passed_over()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        shop.Program.With("BACKUP_DIR", Path.Combine(shop.Folder, "backups"));
        for (var backup = 0; backup < 2; backup++) await shop.BackUpAsync();
        await File.WriteAllTextAsync(Path.Combine(shop.Folder, "blocked"), "no folder", TestContext.Current.CancellationToken);
        (await shop.Program.With("BACKUP_DIR", "backups,blocked,spare").RunAsync("copy", "--all")).Ends(3);
        (await shop.Program.With("BACKUP_DIR", "empty,blocked").RunAsync("copy", "--all")).Ends(3);
        Assert.Equal(2, (await shop.Program.With("BACKUP_DIR", "spare").RunAsync("list", "--json")).Ends().Json.GetProperty("backups").GetArrayLength());
        (await shop.Program.With("BACKUP_DIR", "backups").RunAsync("copy", "--all", "--to", "spare")).Ends();
        var skipped = new BackupFolder(Path.Combine(shop.Folder, "backups")).Audit[^1];
        Assert.Equal(("DB_BACKUP_COPIED", "skipped", Path.Combine(shop.Folder, "spare")), (skipped.GetProperty("action").GetString(), skipped.GetProperty("outcome").GetString(), skipped.GetProperty("target").GetString()));
    }

    [Fact]
    public async Task A_store_that_is_full_says_so_and_shows_no_backup()
    {
        var server = await servers.S3Async();
        var place = await server.NewPlaceAsync();
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        shop.Program.With(place).With("BACKUP_DIR", place.Address);
        await server.LimitSizeAsync(place.Bucket, 1);

        var full = (await shop.Program.RunAsync("backup")).Ends(15);

        Assert.Contains("full", full.Errors, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(shop));
    }

    [Fact]
    public async Task A_listing_of_2500_files_of_somebody_else_is_complete()
    {
        var place = await servers.NewPlaceAsync("s3");
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        shop.Program.With(place).With("BACKUP_DIR", place.Address);
        var file = Path.Combine(shop.Folder, "one.sql");
        await File.WriteAllTextAsync(file, "SELECT 1;\n", TestContext.Current.CancellationToken);
        var prefix = new Uri(place.Address).AbsolutePath.Trim('/');
        await ChildProcess.OutputAsync("curl", ["--silent", "--fail", "--output", "/dev/null", "--aws-sigv4", "aws:amz:us-east-1:s3", "--header", "x-amz-content-sha256: UNSIGNED-PAYLOAD", "--user", $"{place.Variables["AWS_ACCESS_KEY_ID"]}:{place.Variables["AWS_SECRET_ACCESS_KEY"]}",
            "--upload-file", file, $"{place.Variables["AWS_ENDPOINT_URL"]}/{place.Bucket}/{(prefix.Length == 0 ? "" : prefix + "/")}old-[1-2500].sql"]);

        var listed = await ListAsync(shop);

        Assert.Equal(2500, listed.Select(backup => backup.GetProperty("file").GetString()).Distinct().Count());
        Assert.All(listed, backup => Assert.Equal("foreign", backup.GetProperty("state").GetString()));
    }

    private static async Task<(string Path, string Recipient)> KeyAsync(string folder)
    {
        var path = Path.Combine(folder, "key.txt");
        await ChildProcess.OutputAsync("age-keygen", ["-o", path]);
        return (path, (await ChildProcess.OutputAsync("age-keygen", ["-y", path])).Trim());
    }

    private static string Home(Shop shop, string name) => Directory.CreateDirectory(Path.Combine(shop.Folder, name)).FullName;

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(Shop shop) => [.. (await shop.Program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray()];

    private static IEnumerable<string?> States(JsonElement backup) => backup.GetProperty("copies").EnumerateArray().Select(copy => copy.GetProperty("state").GetString());
}
