using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Repositories;

/// <summary>Backups come back where this program is not.</summary>
public sealed class BreakGlassTests(Servers servers)
{
    [Theory]
    [InlineData("dash")]
    [InlineData("busybox")]
    public async Task Stock_tools_alone_bring_back_every_form_of_backup(string shell)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), "rescue shop");
        var custom = await shop.BackUpAsync();
        var script = await shop.BackUpAsync("--format", "sql.gz", "--label", "a+b");
        foreach (var encrypted in (bool[])[false, true])
        {
            using var rescue = new RescueFolder(shop, shell);
            if (encrypted) await rescue.EncryptAsync(await rescue.KeyAsync("key.txt"));
            string[] key = encrypted ? ["--identity", "key.txt"] : [];
            var listed = (await rescue.RunAsync("list")).Ends().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal([script, custom], listed[1..].Select(line => line[..12]));
            Assert.EndsWith(encrypted ? ".sql.gz.age" : ".sql.gz", listed[1]);
            Assert.Contains("a+b.", listed[1], StringComparison.Ordinal);

            foreach (var wanted in (string[])[custom, script, custom[..6], Path.GetFileName(rescue.FileOf(encrypted ? ".sql.gz.age" : ".sql.gz"))])
            {
                var target = await rescue.TargetAsync();
                Assert.Contains("only with --globals", (await rescue.RunAsync(["restore", .. key, wanted, target.Url])).Ends().Errors, StringComparison.Ordinal);
                Assert.Equal(1, await shop.VersionAsync(target.Name));
            }
            Assert.Empty(Directory.GetFileSystemEntries(rescue.Temporary));
        }
    }

    [Fact]
    public async Task Roles_come_with_globals_and_without_them_nothing_is_left_behind()
    {
        var role = $"owner_{Guid.NewGuid():N}";
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), "roles", $"CREATE ROLE {role}; ALTER TABLE orders OWNER TO {role};");
        string[] ids = [await shop.BackUpAsync(), await shop.BackUpAsync("--format", "sql.gz")];
        await shop.Server.ExecuteAsync(shop.Database, $"REASSIGN OWNED BY {role} TO postgres; DROP ROLE {role}");
        using var rescue = new RescueFolder(shop, "dash");
        foreach (var id in ids)
        {
            var target = await rescue.TargetAsync();
            var failed = (await rescue.RunAsync("restore", id, target.Url)).Ends(1);
            Assert.Contains("The target is as it was", failed.Errors, StringComparison.Ordinal);
            Assert.Equal(0, await shop.Server.ScalarAsync<long>(target.Name, "SELECT count(*) FROM pg_class WHERE relname = 'orders'"));
        }
        foreach (var id in ids)
        {
            var target = await rescue.TargetAsync();
            (await rescue.RunAsync("restore", id, target.Url, "--globals")).Ends();
            Assert.Equal(role, await shop.Server.ScalarAsync<string>(target.Name, "SELECT relowner::regrole::text FROM pg_class WHERE relname = 'orders'"));
        }
    }

    [Fact]
    public async Task A_damaged_file_a_wrong_key_and_no_key_are_refused_before_the_target_is_touched()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var id = await shop.BackUpAsync();
        var script = await shop.BackUpAsync("--format", "sql.gz");
        using var rescue = new RescueFolder(shop, "dash");
        await rescue.EncryptAsync(await rescue.KeyAsync("key.txt"));
        await rescue.KeyAsync("other.txt");
        // Nobody listens there: who asks it has gone too far.
        const string Nowhere = "postgresql://nobody@127.0.0.1:1/none";
        Assert.Contains("give --identity", (await rescue.RunAsync("restore", id, Nowhere)).Ends(9).Errors, StringComparison.Ordinal);
        Assert.Contains("does not open", (await rescue.RunAsync("restore", id, "--identity", "other.txt", Nowhere)).Ends(9).Errors, StringComparison.Ordinal);
        (await rescue.RunAsync("restore", id, "--identity", "key.txt", Nowhere)).Ends(7);
        (await rescue.RunAsync("restore", "nothing", Nowhere)).Ends(4);
        (await rescue.RunAsync("restore", id)).Ends(2);

        // Found by the key of its writer, not by a stranger's: the header without its small manifest beside it.
        File.Delete(rescue.FileOf(".dump.json.age"));
        Assert.Contains("does not open", (await rescue.RunAsync("restore", id, "--identity", "other.txt", Nowhere)).Ends(9).Errors, StringComparison.Ordinal);

        var bytes = await File.ReadAllBytesAsync(rescue.FileOf(".sql.gz.age"), TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(rescue.FileOf(".sql.gz.age"), bytes, TestContext.Current.CancellationToken);
        Assert.Contains("is damaged", (await rescue.RunAsync("restore", script, "--identity", "key.txt", Nowhere)).Ends(10).Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(rescue.Temporary));
    }

    [Theory]
    [InlineData("dash")]
    [InlineData("busybox")]
    public async Task A_backup_to_a_passphrase_is_opened_by_whoever_types_it(string shell)
    {
        const string Passphrase = "correct horse battery";
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        shop.Program.With("BACKUP_ENCRYPT_TO", "passphrase").With("BACKUP_IDENTITY_PASSPHRASE", Passphrase);
        var id = await shop.BackUpAsync();
        using var rescue = new RescueFolder(shop, shell);
        var target = await rescue.TargetAsync();

        var refused = (await rescue.TypeAsync("another horse", 1, "restore", id, target.Url)).Ends(1);
        Assert.Contains("could not be read to its end. The target is as it was", refused.Output, StringComparison.Ordinal);
        Assert.Equal(0, await shop.Server.ScalarAsync<long>(target.Name, "SELECT count(*) FROM pg_class WHERE relname = 'orders'"));
        (await rescue.TypeAsync(Passphrase, 1, "restore", id, target.Url)).Ends();
        Assert.Equal(1, await shop.VersionAsync(target.Name));
        var second = await rescue.TargetAsync();
        (await rescue.TypeAsync(Passphrase, 2, "restore", id, second.Url, "--globals")).Ends();
        Assert.Equal(1, await shop.VersionAsync(second.Name));
        Assert.Empty(Directory.GetFileSystemEntries(rescue.Temporary));
    }

    [Fact]
    public async Task A_script_that_breaks_off_leaves_the_target_as_it_was()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var script = await shop.BackUpAsync("--format", "sql.gz");
        using var rescue = new RescueFolder(shop, "dash");
        // Whoever cut it noted the new hash: every line is there, and only gzip knows that it is not whole.
        var file = rescue.FileOf(".sql.gz");
        var old = await ChildProcess.OutputAsync("sha256sum", [file]);
        await using (var cut = File.OpenWrite(file)) cut.SetLength(cut.Length - 4);
        var manifest = await File.ReadAllTextAsync(file + ".json", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file + ".json", manifest.Replace($"\"sha256\": \"{old[..64]}", $"\"sha256\": \"{(await ChildProcess.OutputAsync("sha256sum", [file]))[..64]}", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var target = await rescue.TargetAsync();
        (await rescue.RunAsync("restore", script, target.Url)).Ends(1);
        Assert.Equal(0, await shop.Server.ScalarAsync<long>(target.Name, "SELECT count(*) FROM pg_class WHERE relname = 'orders'"));
    }
}
