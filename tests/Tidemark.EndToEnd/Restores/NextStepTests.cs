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

        Assert.Equal($"create the roles, or do without owners and grants: tidemark restore '{file}' --no-owner", Next((await shop.Program.RunAsync("restore", file)).Ends(3)));
        Assert.Equal($"tidemark restore '{file}' --swap", Next((await shop.Program.RunAsync("restore", file, "--no-owner")).Ends()));
        Assert.Equal($"tidemark restore '{file}' (compares the rows of every table)", Next((await shop.Program.RunAsync("restore", file, "--no-owner", "--no-check")).Ends(14)));
        var partly = (await shop.Program.RunAsync("restore", file, "--swap", "--confirm", shop.Database, "--json")).Ends(3).Json.GetProperty("error").GetProperty("next").GetString()!;
        Assert.Equal($"create the roles, or do without owners and grants: tidemark restore '{file}' --swap --no-owner", partly);
        Assert.Equal(1, await shop.VersionAsync());
    }

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
