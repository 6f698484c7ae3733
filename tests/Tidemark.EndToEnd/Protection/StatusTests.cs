using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Protection;

/// <summary>What an operator reads at 3 a.m., and the exit code that a monitor reads.</summary>
public sealed class StatusTests(Servers servers)
{
    [Fact]
    public async Task From_nothing_known_to_a_backup_that_grows_too_old()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var fresh = (await shop.Program.RunAsync("status")).Ends();
        Assert.Contains("unknown   no backup is known", fresh.Output, StringComparison.Ordinal);
        Assert.Contains("tidemark backup", fresh.Output, StringComparison.Ordinal);
        Assert.Contains($"the backup folder {Path.Combine(shop.Folder, "backups")} is not there", fresh.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(shop.Folder, "backups")), "status made something");
        Assert.Equal("exposed", State(await shop.Program.With("BACKUP_RPO", "15m").RunAsync("status", "--json"), 12));

        var id = await shop.BackUpAsync();
        var safe = (await shop.Program.RunAsync("status", "--json")).Ends().Json.GetProperty("databases")[0];
        Assert.Equal(("unproven", "protected", id), (safe.GetProperty("state").GetString(), safe.GetProperty("recovery").GetProperty("state").GetString(), safe.GetProperty("recovery").GetProperty("backupId").GetString()));
        Assert.Equal(await shop.Server.ScalarAsync<string>("postgres", "select system_identifier::text from pg_control_system()"), safe.GetProperty("server").GetString());
        Assert.Equal("succeeded", safe.GetProperty("lastBackup").GetProperty("state").GetString());
        Assert.DoesNotContain("next", (await shop.Program.RunAsync("status")).Ends().Output, StringComparison.Ordinal);

        shop.Program.With("BACKUP_RPO", "1s");
        await Until.TrueAsync(async () => (await shop.Program.RunAsync("status")).ExitCode == 12);
        var late = (await shop.Program.RunAsync("status", "--json")).Ends(12).Json.GetProperty("databases")[0];
        Assert.Equal(("exposed", true, "tidemark backup"), (late.GetProperty("state").GetString(), late.GetProperty("recovery").GetProperty("breached").GetBoolean(), late.GetProperty("next").GetString()));

        shop.Program.With("BACKUP_RPO", null).With("BACKUP_PROOF_AGE", "92d");
        Assert.Equal("exposed", State(await shop.Program.RunAsync("status", "--json"), 0));
        (await shop.Program.RunAsync("status", "--proof")).Ends(12);
        (await shop.Program.With("BACKUP_RPO", "0s").RunAsync("status")).Ends(6);
    }

    [Fact]
    public async Task A_newest_backup_that_is_damaged_or_gone_leaves_the_database_exposed_and_so_does_not_an_older_one()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync("--label", "first");
        var second = await shop.BackUpAsync("--label", "second");
        var path = (await shop.Program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray().Single(backup => backup.GetProperty("id").GetString() == second).GetProperty("path").GetString()!;
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[^100] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        Assert.Equal("unproven", State(await shop.Program.RunAsync("status", "--json")));
        (await shop.Program.RunAsync("verify", second)).Ends(10);
        var damaged = (await shop.Program.RunAsync("status")).Ends();
        Assert.Contains("exposed", damaged.Output, StringComparison.Ordinal);
        Assert.Contains($"the newest backup {second} is damaged", damaged.Output, StringComparison.Ordinal);
        File.Delete(path);
        File.Delete(path + ".check.json");
        Assert.Contains($"the newest backup {second} is missing: its file is gone", (await shop.Program.RunAsync("status")).Ends().Output, StringComparison.Ordinal);
        await shop.BackUpAsync("--label", "third");
        Assert.Equal("unproven", State(await shop.Program.RunAsync("status", "--json")));
    }

    [Fact]
    public async Task A_backup_that_failed_puts_the_database_at_risk_until_one_succeeds()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        (await shop.Program.RunAsync("backup", "--database", shop.Database + "_not_there")).Ends(7);
        shop.Program.With("BACKUP_PGDUMP_PATH", shop.Write("pg_dump", "#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.99'\n[ $# -gt 1 ] && exit 3\nexit 0\n"));
        File.SetUnixFileMode(Path.Combine(shop.Folder, "pg_dump"), (UnixFileMode)Convert.ToInt32("755", 8));
        Assert.NotEqual(0, (await shop.Program.RunAsync("backup")).ExitCode);
        shop.Program.With("BACKUP_PGDUMP_PATH", null);
        var failed = (await shop.Program.RunAsync("status", "--database", shop.Database, "--json")).Ends().Json.GetProperty("databases")[0];
        Assert.Equal(("atRisk", "failed"), (failed.GetProperty("state").GetString(), failed.GetProperty("lastBackup").GetProperty("state").GetString()));
        Assert.NotEqual("", failed.GetProperty("lastBackup").GetProperty("error").GetString());
        var all = (await shop.Program.RunAsync("status", "--json")).Ends().Json.GetProperty("databases");
        // A name that its server does not know is a mistake of whoever typed it, and no database that could be exposed.
        Assert.Equal([("atRisk", shop.Database)], all.EnumerateArray().Select(one => (one.GetProperty("state").GetString()!, one.GetProperty("database").GetString()!)));
        Assert.Contains("the last backup did not succeed", (await shop.Program.RunAsync("status")).Ends().Output, StringComparison.Ordinal);
        await shop.BackUpAsync();
        Assert.Equal("unproven", State(await shop.Program.RunAsync("status", "--json", "--database", shop.Database)));
    }

    [Fact]
    public async Task Kept_databases_of_swaps_are_told_with_size_and_age_and_without_the_server_with_what_is_known()
    {
        await using var server = await PostgresServer.StartAsync(15);
        using var shop = await Shop.OpenAsync(server);
        await shop.BackUpAsync();
        var kept = (await shop.Program.RunAsync("restore", "latest", "--swap", "--json")).Ends().Json.GetProperty("keptDatabase").GetString()!;
        var told = (await shop.Program.RunAsync("status", "--json")).Ends().Json.GetProperty("databases")[0];
        var one = Assert.Single(told.GetProperty("keptDatabases").EnumerateArray());
        Assert.Equal((kept, await server.ScalarAsync<long>("postgres", $"select pg_database_size('{kept}')")), (one.GetProperty("database").GetString(), one.GetProperty("size").GetInt64()));
        Assert.InRange(told.GetProperty("restoreForecastSeconds").GetDouble(), 0.001, 600);

        // Taken back, the kept one has its name again, and the restored one is kept instead.
        var undone = (await shop.Program.RunAsync("undo", "--json")).Ends().Json.GetProperty("keptDatabase").GetString()!;
        Assert.Equal([undone], Kept(await shop.Program.RunAsync("status", "--json")));
        await server.DisposeAsync();
        var down = (await shop.Program.RunAsync("status")).Ends();
        Assert.Contains($"{undone}, size unknown, for ", down.Output, StringComparison.Ordinal);
        Assert.Contains("sizes of kept databases are not known: the server cannot be reached", down.Errors, StringComparison.Ordinal);
        Assert.Contains("protected", down.Output, StringComparison.Ordinal);

        Directory.Delete(shop.State, recursive: true);
        Assert.Equal("unproven", State(await shop.Program.RunAsync("status", "--json")));
    }

    private static string State(ProgramResult result, int exit = 0) => result.Ends(exit).Json.GetProperty("databases").EnumerateArray().Single().GetProperty("state").GetString()!;

    private static string[] Kept(ProgramResult result) => [.. result.Ends().Json.GetProperty("databases")[0].GetProperty("keptDatabases").EnumerateArray().Select(one => one.GetProperty("database").GetString()!)];
}
