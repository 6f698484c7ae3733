using System.Text.Json;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Repositories;

public sealed partial class KeysTests(Servers servers)
{
    [Fact]
    public async Task The_lines_of_the_page_work_as_they_stand()
    {
        using var scratch = new Scratch();
        await Bystander.PutProgramAsync(scratch.Folder);
        Dictionary<string, string> environment = new() { ["PATH"] = scratch.Folder + ":/usr/local/bin:/usr/bin:/bin", ["HOME"] = scratch.Folder };
        await ChildProcess.OutputAsync("age-keygen", ["-o", scratch["second.txt"]]);
        var page = await File.ReadAllTextAsync(Path.Combine(Workshop.Repository, "docs/encryption.md"), TestContext.Current.CancellationToken);
        var result = (await Bystander.RunAsync(scratch.Folder, environment, TimeSpan.FromMinutes(2), "/bin/sh", "-eu", "-c", string.Join('\n', Blocks().Matches(page).Select(match => match.Groups[1].Value)))).Ends();
        Assert.Contains("nothing here is encrypted", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("AGE-SECRET-KEY", result.ToString(), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(scratch["key.txt"]));
        Assert.Single(Directory.GetFiles(scratch["backups", "keys"], "*.age"));
    }

    [Fact]
    public async Task A_new_key_overwrites_nothing_and_its_secret_is_told_to_nobody()
    {
        using var scratch = new Scratch();
        TidemarkProgram program = new(scratch.Folder);
        var made = (await program.RunAsync("keys", "generate", "--json", "key.txt")).Ends().Json;
        Assert.Equal((await ChildProcess.OutputAsync("age-keygen", ["-y", scratch["key.txt"]])).Trim(), made.GetProperty("publicKey").GetString());
        var before = await File.ReadAllTextAsync(scratch["key.txt"], TestContext.Current.CancellationToken);
        (await program.RunAsync("keys", "generate", "key.txt")).Ends(5);
        Assert.Equal(before, await File.ReadAllTextAsync(scratch["key.txt"], TestContext.Current.CancellationToken));
        (await program.RunAsync("keys", "generate", "--json")).Ends(2);
        var secret = before.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        var wrong = (await program.RunAsync("keys", "add", secret)).Ends(2);
        Assert.DoesNotContain(secret, wrong.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Whoever_joins_a_ring_reads_old_backups_and_stock_tools_go_through_it_too()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var id = await shop.BackUpAsync();
        using var rescue = new RescueFolder(shop, "dash");
        var (mine, theirs) = (await rescue.KeyAsync("mine.txt"), await rescue.KeyAsync("theirs.txt"));
        var program = new TidemarkProgram(shop.Folder).With("BACKUP_DIR", rescue.Store).With("BACKUP_IDENTITY", rescue["mine.txt"]);

        var ring = (await program.RunAsync("keys", "add", mine, "--json")).Ends().Json.GetProperty("stores")[0];
        var key = ring.GetProperty("keys")[0].GetProperty("publicKey").GetString()!;
        Assert.Equal(["store", "repository", "keys", "readable", "unread"], Names(ring));
        Assert.Equal(["id", "publicKey", "recipients", "created", "writtenTo"], Names(ring.GetProperty("keys")[0]));
        await rescue.EncryptAsync(key);
        Assert.Contains("3 of 3 encrypted files opened", (await program.RunAsync("keys", "check")).Ends().Output, StringComparison.Ordinal);

        program.With("BACKUP_IDENTITY", rescue["theirs.txt"]);
        var closed = (await program.RunAsync("keys", "check", "--json")).Ends(9).Json.GetProperty("objects");
        Assert.Equal(["store", "file", "opens", "why"], Names(closed[0]));
        Assert.All(closed.EnumerateArray(), one => Assert.False(one.GetProperty("opens").GetBoolean()));
        (await program.RunAsync("keys", "add", theirs)).Ends(9);

        program.With("BACKUP_IDENTITY", rescue["mine.txt"]);
        (await program.RunAsync("keys", "add", theirs)).Ends();
        (await program.With("BACKUP_ENCRYPT_TO", key).RunAsync("keys", "rotate", "--identity")).Ends();
        (await program.RunAsync("keys", "remove", mine)).Ends();
        (await program.RunAsync("keys", "check")).Ends(9);
        program.With("BACKUP_IDENTITY", rescue["theirs.txt"]);
        (await program.RunAsync("keys", "check")).Ends();
        (await program.RunAsync("keys", "remove", theirs)).Ends(5);
        Assert.Contains("the configured key cannot be used", (await program.With("BACKUP_IDENTITY", rescue["nowhere.txt"]).RunAsync("keys", "check")).Ends(9).Errors, StringComparison.Ordinal);
        program.With("BACKUP_IDENTITY", rescue["theirs.txt"]);
        Assert.Equal(2, (await program.RunAsync("keys", "list", "--json")).Ends().Json.GetProperty("stores")[0].GetProperty("keys").GetArrayLength());

        var target = await rescue.TargetAsync();
        (await rescue.RunAsync("restore", id, "--identity", "mine.txt", target.Url)).Ends(9);
        (await rescue.RunAsync("restore", id, "--identity", "theirs.txt", target.Url)).Ends();
        Assert.Equal(1, await shop.VersionAsync(target.Name));
        Assert.Empty(Directory.GetFileSystemEntries(rescue.Temporary));
    }

    [Fact]
    public async Task Several_stores_get_one_key_and_who_changes_their_rings_is_recorded()
    {
        using var scratch = new Scratch();
        async Task<string> KeyAsync(string file)
        {
            await ChildProcess.OutputAsync("age-keygen", ["-o", scratch[file]]);
            return (await ChildProcess.OutputAsync("age-keygen", ["-y", scratch[file]])).Trim();
        }
        var (mine, theirs) = (await KeyAsync("mine.txt"), await KeyAsync("theirs.txt"));
        var program = new TidemarkProgram(scratch.Folder).With("BACKUP_IDENTITY", scratch["mine.txt"]).With("BACKUP_DIR", "one,two");
        (await program.RunAsync("keys", "add", mine)).Ends();
        (await program.With("BACKUP_DIR", "three,one,two").RunAsync("keys", "add", theirs)).Ends();
        var stores = (await program.RunAsync("keys", "list", "--json")).Ends().Json.GetProperty("stores").EnumerateArray().ToList();
        Assert.Equal(3, stores.Count);
        var key = Assert.Single(stores.Select(store => Assert.Single(store.GetProperty("keys").EnumerateArray()).GetProperty("publicKey").GetString()!).Distinct());
        Assert.All(stores, store => Assert.Equal(2, store.GetProperty("keys")[0].GetProperty("recipients").GetArrayLength()));
        (await program.With("BACKUP_ENCRYPT_TO", key).RunAsync("keys", "rotate", "--identity")).Ends();
        stores = [.. (await program.RunAsync("keys", "list", "--json")).Ends().Json.GetProperty("stores").EnumerateArray()];
        Assert.Equal(2, stores.SelectMany(store => store.GetProperty("keys").EnumerateArray().Select(one => one.GetProperty("publicKey").GetString())).Distinct().Count());
        (await program.RunAsync("keys", "remove", theirs)).Ends();
        var runs = (await program.RunAsync("runs", "list", "--json")).Ends().Json.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("kind").GetString()).ToList();
        Assert.Equal((3, 6, 3), (runs.Count(kind => kind == "keys-add"), runs.Count(kind => kind == "keys-rotate"), runs.Count(kind => kind == "keys-remove")));
    }

    private static IEnumerable<string> Names(JsonElement document) => document.EnumerateObject().Select(property => property.Name);

    [GeneratedRegex(@"<!-- tried by KeysTests -->\n```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
