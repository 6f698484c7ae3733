using System.Globalization;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>What is told to be typed next works when it is typed.</summary>
public sealed class NextStepTests(Servers servers)
{
    [Theory]
    [InlineData("full")]
    [InlineData("read-only")]
    public async Task With_a_state_folder_that_cannot_be_written_verify_verifies_and_restore_says_how_to_restore_all_the_same(string how)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root: a full disk cannot be made");
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var folder = Path.Combine(shop.Folder, "backups");
        await using var disk = await SmallDisk.MountAsync(folder, "4m");
        var id = await shop.BackUpAsync();
        if (how == "full") disk.Fill();
        else await ChildProcess.OutputAsync("mount", ["-o", "remount,ro", folder]);
        shop.Program.With("TMPDIR", shop.Folder);

        var verified = (await shop.Program.RunAsync("verify", id)).Ends();
        Assert.Contains("whole    " + id, verified.Output, StringComparison.Ordinal);
        Assert.Contains("warning: ", verified.Errors, StringComparison.Ordinal);

        var fault = (await shop.Program.RunAsync("restore", id, "--to-database", shop.Database + " copy", "--json")).Ends(how == "full" ? 15 : 8).Json.GetProperty("error");
        var next = fault.GetProperty("next").GetString()!;
        Assert.StartsWith($"BACKUP_DIR={shop.Folder}/tidemark tidemark restore {folder}/", next, StringComparison.Ordinal);
        Assert.EndsWith($"--to-database '{shop.Database} copy' --json", next, StringComparison.Ordinal);
        await TypedAsync(shop, next);
        Assert.Equal(1, await shop.VersionAsync(shop.Database + " copy"));
    }

    [Fact]
    public async Task A_foreign_file_is_named_by_its_path_one_not_checked_is_checked_next_and_one_partly_restored_is_not_swapped()
    {
        var server = await servers.OfAsync(15);
        using var shop = await Shop.OpenAsync(server, sql: "CREATE ROLE next_step; CREATE TABLE theirs (x int); ALTER TABLE theirs OWNER TO next_step;");
        var file = Path.Combine(shop.Folder, "by hand.dump");
        await shop.ClientAsync("pg_dump", "--format=custom", "--file=" + file, server.SocketUrl(shop.Database));
        await server.ExecuteAsync(shop.Database, "DROP TABLE theirs; DROP ROLE next_step");

        Assert.Equal($"tidemark restore '{file}' --no-owner", Next((await shop.Program.RunAsync("restore", file)).Ends(3)));
        var swap = Next((await shop.Program.RunAsync("restore", file, "--no-owner")).Ends());
        Assert.Equal($"tidemark restore '{file}' --no-owner --swap", swap);
        var check = Next((await shop.Program.RunAsync("restore", file, "--no-owner", "--no-check")).Ends(14));
        Assert.Equal($"tidemark restore '{file}' --no-owner # compares the rows of every table", check);
        await TypedAsync(shop, check);
        var partly = NextOf((await shop.Program.RunAsync("restore", file, "--swap", "--confirm", shop.Database, "--json")).Ends(3));
        Assert.Equal($"tidemark restore '{file}' --swap --confirm {shop.Database} --no-owner", partly);
        await shop.MoveOnAsync(2);
        await TypedAsync(shop, swap);
        Assert.Equal(1, await shop.VersionAsync());
    }

    [Fact]
    public async Task Roles_that_a_manifest_names_are_made_by_what_is_told_next()
    {
        var server = await servers.OfAsync(15);
        using var shop = await Shop.OpenAsync(server);
        var role = $"role of {shop.Database}";
        await server.ExecuteAsync(shop.Database, $"CREATE ROLE \"{role}\"; ALTER TABLE orders OWNER TO \"{role}\"");
        var id = await shop.BackUpAsync();
        await server.ExecuteAsync(shop.Database, $"REASSIGN OWNED BY \"{role}\" TO CURRENT_USER; DROP ROLE \"{role}\"");
        await shop.MoveOnAsync();

        Assert.Equal($"tidemark restore {id} --create-roles", Next((await shop.Program.RunAsync("restore", id)).Ends(3)));
        var refused = NextOf((await shop.Program.RunAsync("restore", id, "--swap", "--json")).Ends(5));
        Assert.Equal($"tidemark restore {id} --swap --create-roles", refused);
        await TypedAsync(shop, refused);
        Assert.Equal(1, await shop.VersionAsync());
        Assert.Equal(role, await server.ScalarAsync<string>(shop.Database, "SELECT tableowner::text FROM pg_tables WHERE tablename = 'orders'"));
    }

    [Fact]
    public async Task The_database_that_an_undo_kept_and_an_older_one_can_be_forgotten_by_what_is_told_next()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var id = await shop.BackUpAsync();
        var older = (await shop.Program.RunAsync("restore", id, "--swap", "--json")).Ends().Json.GetProperty("keptDatabase").GetString()!;
        (await shop.Program.RunAsync("restore", id, "--swap")).Ends();
        var undone = (await shop.Program.RunAsync("undo", "--json")).Ends().Json.GetProperty("keptDatabase").GetString()!;
        Assert.Equal(new[] { shop.Database, older, undone }.Order(StringComparer.Ordinal), (await shop.DatabasesAsync()).Order(StringComparer.Ordinal));

        var next = NextOf((await shop.Program.RunAsync("undo", "--forget", "--json")).Ends(5));
        Assert.Equal($"tidemark undo --forget --confirm {undone}", next);
        (await shop.Program.RunAsync("undo", "--forget", "--confirm", older)).Ends();
        await TypedAsync(shop, next);
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
        await TypedAsync(shop, NextOf((await shop.Program.RunAsync("undo", "--forget", "--json")).Ends(4)));
    }

    [Fact]
    public async Task What_is_ambiguous_or_not_in_the_dump_is_answered_with_a_line_that_works()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: "CREATE SCHEMA more; CREATE TABLE more.orders (x int); CREATE VIEW more.v AS SELECT 1 AS one;");
        var id = await shop.BackUpAsync();
        foreach (var (asked, exit, next) in new[]
        {
            ("orders", 2, $"tidemark restore {id} --table more.orders"), ("more.v", 4, $"tidemark restore {id} --schema more"), ("nope", 4, $"tidemark show {id} # lists its tables"),
        })
        {
            Assert.Equal(next, NextOf((await shop.Program.RunAsync("restore", id, "--table", asked, "--json")).Ends(exit)));
            await TypedAsync(shop, next);
        }
        await TypedAsync(shop, NextOf((await shop.Program.RunAsync("backup", "--database", "nope", "--json")).Ends(7)));
    }

    private static string NextOf(ProgramResult said) => said.Json.GetProperty("error").GetProperty("next").GetString()!;

    private static string Next(ProgramResult said) => said.Output.Split('\n').Single(line => line.StartsWith("  try next        ", StringComparison.Ordinal))[18..];

    /// <summary>As a person types it: by a shell, where `tidemark` is the program under test.</summary>
    private static async Task TypedAsync(Shop shop, string line)
    {
        var bin = Directory.CreateDirectory(Path.Combine(shop.Folder, "bin")).FullName;
        var program = TidemarkProgram.File.EndsWith(".dll", StringComparison.Ordinal) ? $"dotnet '{TidemarkProgram.File}'" : $"'{TidemarkProgram.File}'";
        var tidemark = Path.Combine(bin, "tidemark");
        await File.WriteAllTextAsync(tidemark, $"#!/bin/sh\nexec {program} \"$@\"\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(tidemark, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var variables = shop.Program.Environment.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={(pair.Key == "PATH" ? bin + ":" + pair.Value : pair.Value)}"));
        await ChildProcess.OutputAsync("env", ["-i", .. variables, "sh", "-c", line]);
    }
}
