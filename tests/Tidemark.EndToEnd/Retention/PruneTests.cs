using System.Text.Json;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Retention;

/// <summary>Retention as an operator meets it: what stays and what goes is told beforehand, happens just so, and what could not be done is told.</summary>
public sealed class PruneTests(Servers servers)
{
    [Fact]
    public async Task What_the_dry_run_shows_goes_and_nothing_else_and_a_pin_holds_until_it_is_taken_off()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), "prune");
        var (program, folder) = (shop.Program.With("BACKUP_RETENTION_DAYS", "7").With("BACKUP_RETENTION_COUNT", "2"), new BackupFolder(shop.Program));
        await TakeAsync(shop, folder, ("lost", 40), ("gone", 30), ("held", 20), ("next", 10), ("new", 0));
        await File.WriteAllTextAsync(folder.PathOf("foreign.sql.gz"), "x", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(folder.PathOf("foreign.sql.gz"), DateTime.UnixEpoch);
        // As a removal that was killed leaves it.
        File.Delete(folder.PathOf(Key(folder, "lost")));

        var held = Key(folder, "held");
        var pinned = (await program.RunAsync("pin", held, "--reason", "before the migration", "--until", "90d", "--json")).Ends();
        // Pinned again: without an end now.
        (await program.RunAsync("pin", held, "--reason", "before the migration")).Ends();
        Assert.Equal("before the migration", folder.Manifest(held + ".pin").GetProperty("reason").GetString());
        var listed = (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray().Single(backup => backup.GetProperty("file").GetString() == held);
        Assert.Equal("before the migration", listed.GetProperty("pin").GetProperty("reason").GetString());
        Assert.Contains("good, pinned", (await program.RunAsync("list")).Ends().Output, StringComparison.Ordinal);
        Assert.Contains("before the migration", (await program.RunAsync("show", held)).Ends().Output, StringComparison.Ordinal);

        var before = folder.Files;
        var text = (await program.RunAsync("prune", "--dry-run")).Ends().Output;
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
        foreach (var said in (string[])[$"\"{shop.Database}\" of server ", ": 5 backups, 3 stay, 2 go", "last good one, 7 days, last 2", "older than 7 days; not of the last 2", "missing, and older than 7 days", "recovery points: 4 now, 3 after", "objectives: none would break", "left alone, as never ours to remove: 1 "])
            Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Matches("the oldest: .{10} .{5}Z now, .{10} .{5}Z after; no way back before", text);
        var dry = (await program.RunAsync("prune", "--dry-run", "--json")).Ends();
        Assert.Equal(before, folder.Files);
        var size = new FileInfo(folder.PathOf(Key(folder, "gone"))).Length;
        Assert.Equal(size, dry.Json.GetProperty("bytesFreed").GetInt64());
        Assert.DoesNotContain("prune", string.Join(' ', folder.Runs()), StringComparison.Ordinal);

        var done = (await program.RunAsync("prune", "--json")).Ends();
        Assert.Equal(["held", "new", "next"], Labels(folder));
        Assert.DoesNotContain(folder.Files, file => file.StartsWith("gone", StringComparison.Ordinal) || file.StartsWith("lost", StringComparison.Ordinal));
        Assert.Contains("foreign.sql.gz", folder.Files);
        Assert.Equal("prune succeeded", folder.Runs()[^1]);
        Assert.Equal(["DB_BACKUP_PURGED", "DB_BACKUP_PURGED", "DB_PRUNE_COMPLETED"], folder.AuditActions[^3..]);
        Assert.Equal("older than 7 days; not of the last 2", folder.Audit[^3].GetProperty("why").GetString());

        var unpinned = (await program.RunAsync("unpin", held, "--json")).Ends();
        Assert.Equal(["DB_BACKUP_PINNED", "DB_BACKUP_PINNED", "DB_BACKUP_UNPINNED"], folder.AuditActions.Where(action => action.EndsWith("PINNED", StringComparison.Ordinal)));
        Assert.Contains("removed 1 of 1", (await program.RunAsync("prune", "--database", shop.Database)).Ends().Output, StringComparison.Ordinal);
        Assert.Equal(["new", "next"], Labels(folder));
        Assert.Contains("removed 0 of 0, freed 0 B", (await program.RunAsync("prune")).Ends().Output, StringComparison.Ordinal);
        foreach (var command in (string[])["prune", "list", "status", "verify"]) (await program.RunAsync(command, "--database", "none of ours")).Fails(4, "not-found");
        (await program.RunAsync("backup", "--database", "none of ours")).Fails(7, "database-unreachable");
        // A misspelt name: no success would ever end a notice of it.
        Assert.Empty(Notices(await program.RunAsync("runs", "list", "--json")));
        folder.Age(Key(folder, "new"), -3);
        Assert.Matches(@"  in [23] d \d+ h .* good, in the future ", (await program.RunAsync("list")).Ends().Output);
        Assert.Multiple(() => Approved("pin", pinned), () => Approved("prune-dry-run", dry), () => Approved("prune", done), () => Approved("unpin", unpinned));

        void Approved(string name, ProgramResult result) => JsonShapeTests.AssertApproved(name, result with { Output = result.Output.Replace(shop.Database, "prune", StringComparison.Ordinal) }, "Retention");
    }

    [Fact]
    public async Task A_backup_purges_by_the_same_rules_and_a_damaged_newest_one_an_ended_pin_and_an_unreadable_one_are_told()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), "rules");
        var (program, folder) = (shop.Program.With("BACKUP_RETENTION_DAYS", "none").With("BACKUP_RETENTION_COUNT", "2"), new BackupFolder(shop.Program));
        await TakeAsync(shop, folder, ("a", 0), ("b", 0), ("c", 0), ("d", 0));
        Assert.Equal(["c", "d"], Labels(folder));

        program.With("BACKUP_RETENTION_COUNT", "9");
        await TakeAsync(shop, folder, ("ended", 30), ("unread", 31));
        await File.WriteAllTextAsync(folder.PathOf(Key(folder, "ended")) + ".pin.json", """{"reason":"an audit","by":"ann@db1","at":"2026-01-01T00:00:00Z","until":"2026-02-01T00:00:00Z"}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.PathOf(Key(folder, "unread")) + ".pin.json", "{", TestContext.Current.CancellationToken);
        await using (var newest = File.OpenWrite(folder.PathOf(Key(folder, "d")))) newest.SetLength(100);

        var told = (await program.With("BACKUP_RETENTION_COUNT", "1").RunAsync("prune")).Ends();
        told.Says("is damaged and fills no rule; the last good one is", "ended 2026-02-01 00:00Z (an audit); it goes", "counts as pinned: its pin cannot be read");
        Assert.Equal(["c", "d", "unread"], Labels(folder));
        Assert.DoesNotContain(folder.Files, file => file.StartsWith("ended", StringComparison.Ordinal));
        (await program.RunAsync("restore", "latest")).Ends();
    }

    [Fact]
    public async Task What_is_not_ours_or_not_there_is_not_pinned()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), "pin");
        var (program, folder) = (shop.Program, new BackupFolder(shop.Program));
        var id = await shop.BackUpAsync();
        await File.WriteAllTextAsync(folder.PathOf("foreign.sql.gz"), "x", TestContext.Current.CancellationToken);
        (await program.RunAsync("pin", "foreign.sql.gz", "--reason", "mine")).Fails(5, "refused").Says("tidemark adopt foreign.sql.gz");
        (await program.RunAsync("pin", "nothing", "--reason", "mine")).Fails(4, "not-found");
        (await program.RunAsync("pin", id)).Ends(2);
        (await program.RunAsync("pin", id, "--reason", "late", "--until", "2020-01-01")).Fails(2, "usage").Says("this pin would have ended already");
        (await program.RunAsync("unpin", id)).Fails(4, "not-found", why: false);
        Assert.DoesNotContain(folder.Files, file => file.EndsWith(".pin.json", StringComparison.Ordinal));
        Assert.Equal(["DB_BACKUP_PIN_FAILED", "DB_BACKUP_UNPIN_FAILED"], folder.AuditActions[^2..]);
    }

    [Fact]
    public async Task A_dump_that_is_being_read_stays_and_that_is_11()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), "read");
        var folder = new BackupFolder(shop.Program);
        await TakeAsync(shop, folder, ("old", 100), ("new", 0));
        var old = Key(folder, "old");
        await using (var reading = new FileStream(folder.PathOf(old), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            reading.Lock(0, 1);
            (await shop.Program.RunAsync("prune")).Ends(11).Says($"not removed: {old}: it is being restored or verified");
        }

        Assert.Contains(old + ".json", folder.Files);
        (await shop.Program.RunAsync("prune")).Ends();
        Assert.Equal(["new"], Labels(folder));
    }

    [Fact]
    public async Task A_store_that_refuses_deletion_keeps_the_entry_and_that_is_3()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a folder read-only needs root");
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), "refusing");
        var folder = new BackupFolder(shop.Program);
        await shop.BackUpAsync();
        var stuck = folder.Dumps.Single();
        await TakeAsync(shop, folder, ("old", 50), ("new", 0));
        folder.Age(stuck, 100);
        // "old" goes, "stuck" cannot: its folder takes no change, not even root's.
        var place = Path.GetDirectoryName(folder.PathOf(stuck))!;
        await ChildProcess.OutputAsync("mount", ["--bind", place, place]);
        try
        {
            await ChildProcess.OutputAsync("mount", ["-o", "remount,bind,ro", place]);
            var told = (await shop.Program.RunAsync("prune", "--json")).Ends(3).Says($"not removed: {stuck}: could not remove a file (Read-only file system)");
            var failed = told.Json.GetProperty("databases")[0].GetProperty("go").EnumerateArray().Single(going => going.GetProperty("file").GetString() == stuck);
            Assert.Equal((false, "store", 8), (failed.GetProperty("removed").GetBoolean(), failed.GetProperty("error").GetProperty("code").GetString(), failed.GetProperty("error").GetProperty("exitCode").GetInt32()));
        }
        finally
        {
            await ChildProcess.OutputAsync("umount", [place]);
        }

        Assert.Equal([stuck, stuck + ".json"], folder.Files.Where(file => file.StartsWith(stuck, StringComparison.Ordinal)));
        Assert.Equal(["new"], Labels(folder));
        Assert.Equal(["DB_BACKUP_PURGED", "DB_BACKUP_PURGE_FAILED", "DB_PRUNE_FAILED"], folder.AuditActions[^3..]);
        Assert.Equal("partly-done", folder.Audit[^1].GetProperty("errorCode").GetString());
        Assert.Equal("prune failed", folder.Runs()[^1]);
        Assert.Equal("prune", Assert.Single(Notices(await shop.Program.RunAsync("runs", "list", "--json"))).GetProperty("kind").GetString());
        (await shop.Program.RunAsync("prune")).Ends();
        Assert.Empty(Notices(await shop.Program.RunAsync("runs", "list", "--json")));
        Assert.DoesNotContain(folder.Files, file => file.StartsWith(stuck, StringComparison.Ordinal));
    }

    /// <summary>Flat dumps with these labels, made first and then aged by so many days: each backup purges, too.</summary>
    private static async Task TakeAsync(Shop shop, BackupFolder folder, params (string Label, int Days)[] backups)
    {
        foreach (var (label, _) in backups) (await shop.Program.RunAsync("backup", "--format", "sql.gz", "--label", label)).Ends();
        foreach (var (label, days) in backups.Where(backup => backup.Days > 0)) folder.Age(Key(folder, label), days);
    }

    private static List<JsonElement> Notices(ProgramResult listed) => [.. listed.Ends().Json.GetProperty("notices").EnumerateArray()];

    private static string Key(BackupFolder folder, string label) => folder.Files.Single(file => file.StartsWith(label + ".", StringComparison.Ordinal) && file.EndsWith(".sql.gz.json", StringComparison.Ordinal))[..^5];

    /// <summary>Of the flat dumps of ours.</summary>
    private static string[] Labels(BackupFolder folder) => [.. folder.Dumps.Where(dump => !dump.Contains('/', StringComparison.Ordinal) && dump != "foreign.sql.gz").Select(dump => dump.Split('.')[0])];
}
