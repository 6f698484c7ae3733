using System.IO.Compression;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>The folder as an operator meets it: what is taken, kept, purged, adopted, and who may read it.</summary>
public sealed class FolderTests(Servers servers)
{
    [Fact]
    public async Task A_backup_that_was_not_checked_is_not_latest_until_verify_has_read_it()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, _) = await PrepareAsync(server, scratch);
        var told = (await program.RunAsync("backup", "--no-check")).Ends(0);
        Assert.Contains("not checked", told.Output, StringComparison.Ordinal);
        var file = folder.Dumps.Single();
        Assert.Equal("none", folder.Manifest(file).GetProperty("check").GetString());
        Assert.Equal("unchecked", await StateAsync(program, file));
        (await program.RunAsync("restore", "latest")).Fails(4, "not-found");

        (await program.RunAsync("verify", file)).Ends(0);
        Assert.Equal("good", await StateAsync(program, file));
        (await program.RunAsync("restore", "latest")).Ends(0);
    }

    [Fact]
    public async Task Old_backups_are_purged_after_a_success_and_the_newest_good_one_never()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, _) = await PrepareAsync(server, scratch);
        program.With("BACKUP_RETENTION_DAYS", "3");
        foreach (var label in (string[])["old", "young"]) (await program.RunAsync("backup", "--format", "sql.gz", "--label", label)).Ends(0);
        var (old, young) = (folder.Dumps.Single(dump => dump.StartsWith("old", StringComparison.Ordinal)), folder.Dumps.Single(dump => dump.StartsWith("young", StringComparison.Ordinal)));
        (await program.RunAsync("verify", old)).Ends(0);
        folder.Age(old, 4);
        folder.Age(young, 2);

        // Somebody else's file is older than all, and not ours to remove.
        await File.WriteAllTextAsync(folder.PathOf("foreign.sql.gz"), "x", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(folder.PathOf("foreign.sql.gz"), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-400));
        var purging = (await program.RunAsync("backup", "--format", "sql.gz", "--label", "new")).Ends(0);
        Assert.Contains($"purged          {old}", purging.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Files, file => file.StartsWith("old", StringComparison.Ordinal));
        Assert.Contains(young, folder.Dumps);
        Assert.Contains("foreign.sql.gz", folder.Dumps);
        var purged = folder.Audit.Single(line => line.GetProperty("action").GetString() == "DB_BACKUP_PURGED");
        Assert.Equal(old, purged.GetProperty("file").GetString());

        // A new one that nobody has checked is no success to lean on: the last good one stays, however old.
        foreach (var dump in folder.Dumps.Where(dump => dump != "foreign.sql.gz")) folder.Age(dump, dump == young ? 9 : 8);
        (await program.RunAsync("backup", "--format", "sql.gz", "--label", "unread", "--no-check")).Ends(0);
        Assert.Contains(folder.Dumps, dump => dump.StartsWith("new", StringComparison.Ordinal));
        Assert.DoesNotContain(young, folder.Dumps);
    }

    [Fact]
    public async Task A_backup_that_fails_purges_nothing()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, _) = await PrepareAsync(server, scratch);
        foreach (var label in (string[])["a", "b"]) (await program.RunAsync("backup", "--format", "sql.gz", "--label", label)).Ends(0);
        foreach (var dump in folder.Dumps) folder.Age(dump, 100);
        (await program.With("BACKUP_PGDUMP_PATH", "/bin/false").RunAsync("backup")).Fails(6, "configuration", why: false);
        Assert.Equal(2, folder.Dumps.Length);
    }

    [Fact]
    public async Task A_failed_removal_is_told_and_audited_and_keeps_the_entry()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, _) = await PrepareAsync(server, scratch);
        (await program.RunAsync("backup", "--format", "sql.gz", "--label", "stuck")).Ends(0);
        var stuck = folder.Dumps.Single();
        folder.Age(stuck, 100);

        // Not even root removes a folder as if it were a file.
        File.Move(folder.PathOf(stuck), scratch["aside"]);
        Directory.CreateDirectory(folder.PathOf(stuck));
        var told = (await program.RunAsync("backup", "--format", "sql.gz", "--label", "new")).Ends(0);
        Assert.Contains($"not purged: {stuck}: could not remove a file (Is a directory)", told.Errors, StringComparison.Ordinal);
        Assert.Contains(stuck + ".json", folder.Files);
        var failed = folder.Audit.Single(line => line.GetProperty("action").GetString() == "DB_BACKUP_PURGE_FAILED");
        Assert.Equal((stuck, "failed", "store"), (failed.GetProperty("file").GetString(), failed.GetProperty("outcome").GetString(), failed.GetProperty("errorCode").GetString()));

        Directory.Delete(folder.PathOf(stuck));
        File.Move(scratch["aside"], folder.PathOf(stuck));
        (await program.RunAsync("backup", "--format", "sql.gz", "--label", "newer")).Ends(0);
        Assert.DoesNotContain(folder.Files, file => file.StartsWith("stuck", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("000")]
    [InlineData("077")]
    [InlineData("777")]
    public async Task Folders_are_0700_and_files_0600_whatever_the_umask(string umask)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, _) = await PrepareAsync(server, scratch);
        foreach (var arguments in (string[])["backup", "backup --format sql.gz", "verify --all"])
        {
            var managed = TidemarkProgram.File.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet " : "";
            await ChildProcess.OutputAsync("sh", ["-c", $"umask {umask}; {managed}'{TidemarkProgram.File}' {arguments}"], environment: program.Environment);
        }
        Assert.Equal(2, folder.Dumps.Length);
        foreach (var path in (string[])[folder.Root, .. Directory.GetFileSystemEntries(folder.Root, "*", SearchOption.AllDirectories)])
        {
            var expected = Directory.Exists(path) ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute : UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.True(File.GetUnixFileMode(path) == expected, $"{path} has mode {Convert.ToString((int)File.GetUnixFileMode(path), 8)}");
        }
    }

    [Fact]
    public async Task The_env_file_is_found_upward_and_its_folder_is_what_paths_are_relative_to()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (_, _, database) = await PrepareAsync(server, scratch);
        await File.WriteAllTextAsync(scratch[".env"], $"DATABASE_URL=\"{server.Url(database)}\"\nBACKUP_DIR=kept/here # relative\nBACKUP_FORMAT=sql.gz\n", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(scratch["deep", "er"]);
        var program = new TidemarkProgram(scratch["deep", "er"]);
        program.With("PATH", server.Clients + ":" + program.Environment["PATH"]);
        (await program.RunAsync("backup")).Ends(0);
        Assert.EndsWith(".sql.gz", new BackupFolder(scratch["kept", "here"]).Dumps.Single(), StringComparison.Ordinal);

        // The environment wins over the file, a flag over both.
        (await program.With("BACKUP_FORMAT", "custom").RunAsync("backup")).Ends(0);
        Assert.Single(new BackupFolder(scratch["kept", "here"]).Dumps, dump => dump.EndsWith(".dump", StringComparison.Ordinal));
        (await program.RunAsync("backup", "--format", "sql.gz")).Ends(0);
        Assert.Equal(3, new BackupFolder(scratch["kept", "here"]).Dumps.Length);
        Assert.Empty(Directory.GetFileSystemEntries(scratch["deep", "er"]));
    }

    [Fact]
    public async Task Several_databases_are_several_backups_and_one_that_fails_makes_it_partly_done()
    {
        await using var server = await PostgresServer.StartAsync(15);
        using var scratch = new Scratch();
        var (program, folder, one) = await PrepareAsync(server, scratch);
        var other = await server.CreateDatabaseAsync("Other one");
        (await program.RunAsync("backup", "--database", $"{one}, {other}", "--format", "sql.gz", "--label", "both")).Ends(0);
        Assert.Equal(2, folder.Dumps.Length);
        Assert.Contains(folder.Dumps, dump => dump.StartsWith($"both.{one}.", StringComparison.Ordinal));
        Assert.Contains(folder.Dumps, dump => dump.StartsWith("both.Other%20one_", StringComparison.Ordinal));
        (await program.RunAsync("restore", "latest", "--database", other)).Ends(0);

        var partly = (await program.RunAsync("backup", "--database", $"{one},not there", "--json")).Ends(3).Says("database-unreachable: the database does not exist");
        Assert.Equal(one, Assert.Single(partly.Json.GetProperty("backups").EnumerateArray()).GetProperty("database").GetString());
        (await program.RunAsync("backup", "--database", "nor this,not there")).Ends(7);

        string[] restored = [.. ((string[])["restored_20261122021500", "before_20261122021500_2", "undone_20261122021500"]).Select(word => $"{one}_{word}")];
        foreach (var name in restored) await server.ExecuteAsync("postgres", $"CREATE DATABASE \"{name}\"");
        await server.ExecuteAsync("postgres", "CREATE DATABASE the_day_before_20261122");
        var before = folder.Dumps.Length;
        var every = (await program.RunAsync("backup", "--database", "all", "--json")).Ends(0).Says(restored);
        var all = every.Json.GetProperty("backups").EnumerateArray().Select(backup => backup.GetProperty("database").GetString()).ToArray();
        Assert.Contains("postgres", all);
        Assert.Contains(one, all);
        Assert.DoesNotContain("template1", all);
        Assert.Contains("the_day_before_20261122", all);
        Assert.Empty(all.Intersect(restored));
        Assert.Equal(before + all.Length, folder.Dumps.Length);
        folder.AssertNothingHalf();
        (await program.RunAsync("restore", "latest", "--database", "postgres")).Ends(0);
    }

    [Fact]
    public async Task Dumps_that_somebody_else_made_are_adopted_in_both_layouts_after_a_full_check()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, database) = await PrepareAsync(server, scratch);
        var dated = "shop/2024/02/29/backup-20240229T235959Z.dump";
        Directory.CreateDirectory(Path.GetDirectoryName(folder.PathOf(dated))!);
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_dump"), ["-Fc", "-f", folder.PathOf(dated), server.SocketUrl(database)]);
        var text = await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_dump"), [server.SocketUrl(database)]);
        foreach (var (name, content) in (ReadOnlySpan<(string, string)>)[("nightly.sql.gz", text), ("half.sql.gz", text[..(text.Length / 2)])])
        {
            using var writer = new StreamWriter(new GZipStream(File.Create(folder.PathOf(name)), CompressionMode.Compress));
            writer.Write(content);
        }
        Assert.Equal("foreign", await StateAsync(program, dated));
        (await program.RunAsync("restore", "latest")).Fails(4, "not-found");

        var adopted = (await program.RunAsync("adopt")).Ends(3).Says("verification-failed: the dump is not whole, so it is not adopted");
        Assert.Contains("database \"shop\"", adopted.Output, StringComparison.Ordinal);
        Assert.Equal(("good", "good", "foreign"), (await StateAsync(program, dated), await StateAsync(program, "nightly.sql.gz"), await StateAsync(program, "half.sql.gz")));
        var manifest = folder.Manifest(dated);
        Assert.Equal(("shop", "2024-02-29T23:59:59+00:00", "full"), (manifest.GetProperty("database").GetString(), manifest.GetProperty("recoveryPoint").GetString(), manifest.GetProperty("check").GetString()));
        Assert.Equal(database, folder.Manifest("nightly.sql.gz").GetProperty("database").GetString());
        Assert.Equal(100, folder.Manifest("nightly.sql.gz").GetProperty("rows")[0].GetProperty("rows").GetInt64());
        (await program.RunAsync("adopt", dated)).Fails(5, "refused", why: false);
        (await program.RunAsync("restore", "latest")).Ends(0);
    }

    [Fact]
    public async Task An_archive_is_adopted_for_the_database_that_it_says_and_for_no_other()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, database) = await PrepareAsync(server, scratch);
        Directory.CreateDirectory(folder.Root);
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_dump"), ["-Fc", "-f", folder.PathOf("by-hand.dump"), server.SocketUrl(database)]);
        (await program.RunAsync("adopt", "by-hand.dump", "--database", "another")).Fails(2, "usage").Says($"of database \"{database}\", not of \"another\"", $"tidemark adopt by-hand.dump --database {database}");
        Assert.Equal("foreign", await StateAsync(program, "by-hand.dump"));

        // DATABASE_URL names another one too: that is where it is taken from, and says nothing of this file.
        (await program.With("DATABASE_URL", server.Url("postgres")).RunAsync("adopt", "by-hand.dump")).Ends(0);
        Assert.Equal(database, folder.Manifest("by-hand.dump").GetProperty("database").GetString());
    }

    [Fact]
    public async Task Fifos_and_devices_with_the_name_of_a_dump_keep_no_command_waiting()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, _) = await PrepareAsync(server, scratch);
        (await program.RunAsync("backup", "--no-check")).Ends(0);
        await ChildProcess.OutputAsync("mkfifo", [folder.PathOf("trap.dump"), folder.PathOf("trap.sql.gz"), scratch["outside"]]);
        var list = (await program.RunAsync("list", "--json")).Ends(0).Says("trap.dump is a FIFO");
        Assert.Equal(2, list.Json.GetProperty("unseen").GetArrayLength());
        Assert.Single(list.Json.GetProperty("backups").EnumerateArray());
        (await program.RunAsync("verify", "--all")).Ends(3).Says("trap.sql.gz is a FIFO");
        foreach (var path in (string[])[folder.PathOf("trap.dump"), scratch["outside"], "/dev/zero"])
            foreach (var command in (string[])["verify", "show", "restore"])
                (await program.RunAsync(command, path)).Fails(10, "wrong-magic").Says("this is no regular file");
        Assert.Contains("try next        tidemark verify ", (await program.RunAsync("backup", "--no-check")).Ends(0).Says("trap.dump is a FIFO").Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_yet_is_told_as_that_and_a_file_in_its_place_ends_with_8()
    {
        using var scratch = new Scratch();
        var program = new TidemarkProgram(scratch.Folder).With("BACKUP_DIR", scratch["none"]);
        Assert.Contains($"there is no folder {scratch["none"]} yet", (await program.RunAsync("list")).Ends(0).Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(scratch["file"], "", TestContext.Current.CancellationToken);
        foreach (var place in (string[])[scratch["file"], scratch["file", "deeper"]])
            (await program.With("BACKUP_DIR", place).RunAsync("list")).Fails(8, "store");
    }

    [Fact]
    public async Task A_stray_manifest_and_a_folder_open_to_others_are_told_and_stop_nothing()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, _) = await PrepareAsync(server, scratch);
        Directory.CreateDirectory(folder.Root);
        File.SetUnixFileMode(folder.Root, (UnixFileMode)0b111_111_101);
        await File.WriteAllTextAsync(folder.PathOf("zz.dump.json"), "{}", TestContext.Current.CancellationToken);
        (await program.RunAsync("backup")).Ends(0).Says($"chmod 700 '{folder.Root}'");
        Assert.Equal(("damaged", "good"), (await StateAsync(program, "zz.dump"), await StateAsync(program, folder.Dumps.Single())));
        Assert.Contains("its manifest cannot be relied on", (await program.RunAsync("show", "zz.dump")).Ends(0).Output, StringComparison.Ordinal);
        var verified = (await program.RunAsync("verify", "--all", "--json")).Ends(10).Json.GetProperty("verified").EnumerateArray().ToDictionary(one => one.GetProperty("file").GetString()!, one => one.GetProperty("passed").GetBoolean());
        Assert.Equal((false, true), (verified["zz.dump"], verified[folder.Dumps.Single()]));
        (await program.RunAsync("restore", "latest")).Ends(0);
        Assert.Contains("zz.dump.json", folder.Files);
    }

    [Fact]
    public async Task Adopting_an_old_dump_says_that_it_expires()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, database) = await PrepareAsync(server, scratch);
        Directory.CreateDirectory(folder.PathOf("shop/2024/02/29"));
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_dump"), ["-Fc", "-f", folder.PathOf("shop/2024/02/29/backup-20240229T235959Z.dump"), server.SocketUrl(database)]);
        (await program.RunAsync("adopt")).Ends(0).Says("older than 7 days", "BACKUP_RETENTION_DAYS");
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_dump"), ["-Fc", "-f", folder.PathOf("by-hand.dump"), server.SocketUrl(database)]);
        Assert.DoesNotContain("older than", (await program.RunAsync("adopt")).Ends(0).Errors, StringComparison.Ordinal);
        var point = DateTimeOffset.Parse(folder.Manifest("by-hand.dump").GetProperty("recoveryPoint").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(point, TimeProvider.System.GetUtcNow().AddHours(-15), File.GetLastWriteTimeUtc(folder.PathOf("by-hand.dump")));
    }

    private static async Task<(TidemarkProgram, BackupFolder, string)> PrepareAsync(PostgresServer server, Scratch scratch)
    {
        var database = await server.CreateDatabaseAsync("folder");
        await server.ExecuteAsync(database, "CREATE TABLE t AS SELECT i FROM generate_series(1, 100) i");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        return (program, new BackupFolder(program), database);
    }

    private static async Task<string?> StateAsync(TidemarkProgram program, string file) =>
        (await program.RunAsync("list", "--json")).Ends(0).Json.GetProperty("backups").EnumerateArray().Single(backup => backup.GetProperty("file").GetString() == file).GetProperty("state").GetString();
}
