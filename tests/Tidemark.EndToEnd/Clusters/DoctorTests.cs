using System.Text.Json;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Clusters;

/// <summary>What doctor says must be so: what it tells to grant is granted here, by the owner, and then it is content, and so is the backup.</summary>
public sealed class DoctorTests(Servers servers)
{
    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public async Task Each_right_that_lacks_comes_with_the_statement_that_gives_it(int major)
    {
        var server = await servers.OfAsync(major);
        var role = $"weak \"{major}";
        using var shop = await Shop.OpenAsync(server, "doctor", $"""
            CREATE ROLE {PostgresServer.Quote(role)} LOGIN;
            CREATE SCHEMA shut; CREATE TABLE shut."Odd one" (x int); CREATE SEQUENCE ids;
            CREATE TABLE mine (who name); ALTER TABLE mine ENABLE ROW LEVEL SECURITY; GRANT SELECT ON mine TO {PostgresServer.Quote(role)};
            SELECT lo_from_bytea(0, 'one'), lo_from_bytea(0, 'two');
            """);
        shop.Program.With("DATABASE_URL", server.Url(shop.Database).Replace("//postgres@", $"//{Uri.EscapeDataString(role)}@", StringComparison.Ordinal));

        var before = (await shop.Program.RunAsync("doctor", "--json")).Ends(7);
        Assert.Equal(["large-objects", "read-rights", "row-security"], Checks(before, "fail").Order());
        Assert.Equal(["restore-rights", "swap-rights"], Checks(before, "warn").Where(id => id.EndsWith("-rights", StringComparison.Ordinal)).Order());
        Assert.Contains("may not read public.ids, public.orders, shut.\"Odd one\":", Check(before, "read-rights").GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.Contains("public.mine", Check(before, "row-security").GetProperty("found").GetString(), StringComparison.Ordinal);
        (await shop.Program.RunAsync("backup")).Ends(7);

        foreach (var id in (string[])["read-rights", "large-objects", "row-security", "restore-rights", "swap-rights"])
            await server.ExecuteAsync(shop.Database, Check(before, id).GetProperty("next").GetString()!);
        var after = (await shop.Program.RunAsync("doctor", "--json")).Ends(0);
        foreach (var id in (string[])["read-rights", "large-objects", "row-security", "restore-rights", "swap-rights"])
            Assert.Equal("ok", Check(after, id).GetProperty("state").GetString());
        (await shop.Program.RunAsync("backup")).Ends(0);
    }

    [Fact]
    public async Task A_role_that_can_do_all_is_told_so_and_nothing_is_left_behind()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var first = (await shop.Program.RunAsync("doctor")).Ends(0);
        Assert.Contains("OK    read-rights", first.Output, StringComparison.Ordinal);
        Assert.Contains("0 FAIL", first.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(shop.Folder, "backups")));

        await shop.BackUpAsync();
        var files = Files(shop);
        var again = (await shop.Program.RunAsync("doctor", "--json")).Ends(0);
        // SQLite's index of the journal, which who only reads cannot take away, and the next writer does.
        Assert.Equal(files, Files(shop).Where(file => !file.EndsWith("/journal.db-shm", StringComparison.Ordinal) && !file.EndsWith("/journal.db-wal", StringComparison.Ordinal)));
        Assert.StartsWith("1 good, ", Check(again, "backups").GetProperty("found").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_or_with_a_wrong_password_the_rest_is_still_looked_at()
    {
        await using var server = await PostgresServer.StartAsync(15, new ServerOptions { Password = "the right one" });
        using var shop = await Shop.OpenAsync(server);
        var wrong = (await shop.Program.With("DATABASE_URL", server.Url(shop.Database).Replace("the%20right%20one", "s3cret-wrong", StringComparison.Ordinal)).RunAsync("doctor", "--json")).Ends(7);
        Assert.Equal(["connection"], Checks(wrong, "fail"));
        Assert.Contains("password authentication failed", Check(wrong, "connection").GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-wrong", wrong.ToString(), StringComparison.Ordinal);

        shop.Program.With("DATABASE_URL", server.Url(shop.Database));
        await server.StopAsync();
        var down = (await shop.Program.RunAsync("doctor", "--json")).Ends(7);
        Assert.Equal(["connection"], Checks(down, "fail"));
        Assert.Equal(["backups", "folder", "folder-mode", "space"], Checks(down, "ok").Concat(Checks(down, "warn")).Intersect(["backups", "folder", "folder-mode", "space"]).Order());
        Assert.Superset(new HashSet<string> { "clock", "globals", "large-objects", "read-rights", "row-security" }, Checks(down, "notLookedAt").ToHashSet());

        var none = (await shop.Program.With("DATABASE_URL", null).RunAsync("doctor", "--json")).Ends(6);
        Assert.Equal(["connection"], Checks(none, "fail"));
    }

    [Fact]
    public async Task A_client_that_is_too_old_is_told_with_what_to_install()
    {
        var server = await servers.OfAsync(18);
        using var shop = await Shop.OpenAsync(server);
        var old = Path.Combine((await servers.OfAsync(15)).Clients, "pg_dump");
        var result = (await shop.Program.With("BACKUP_PGDUMP_PATH", old).RunAsync("doctor", "--json")).Ends(6);
        Assert.Equal(["clients"], Checks(result, "fail"));
        Assert.Equal("apt-get install postgresql-client-18", Check(result, "clients").GetProperty("next").GetString());
        Assert.Equal("notLookedAt", Check(result, "globals").GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_faulty_setting_fails_and_keeps_nothing_from_being_looked_at()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var result = (await shop.Program.With("BACKUP_RETENTION_DAYS", "0").RunAsync("doctor", "--json")).Ends(6);
        Assert.Equal(["configuration"], Checks(result, "fail"));
        Assert.Contains("BACKUP_RETENTION_DAYS '0'", Check(result, "configuration").GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.Empty(Checks(result, "notLookedAt"));
    }

    [Fact]
    public async Task A_folder_that_takes_no_backup_fails_and_the_kernel_says_why()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        // Not even root makes a folder there.
        var result = (await shop.Program.With("BACKUP_DIR", "/proc/backups").RunAsync("doctor", "--json")).Ends(8);
        Assert.Equal(["folder"], Checks(result, "fail"));
        Assert.Contains("No such file or directory", Check(result, "folder").GetProperty("found").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_in_memory_is_told_as_both()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a tmpfs needs root: a full disk cannot be made");
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using var disk = await Dumps.SmallDisk.MountAsync(Path.Combine(shop.Folder, "backups"), "1m");
        disk.Fill();
        var result = (await shop.Program.RunAsync("doctor", "--json")).Ends(15);
        Assert.Equal("fail", Check(result, "folder").GetProperty("state").GetString());
        Assert.StartsWith("tmpfs", Check(result, "disk").GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.Equal(["ballast"], Directory.GetFileSystemEntries(Path.Combine(shop.Folder, "backups")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_run_that_was_killed_and_a_database_that_a_swap_kept_are_told()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        (await shop.Program.RunAsync("restore", "latest", "--swap")).Ends();
        await using (await Dumps.Waiting.HoldAsync(shop.Server, shop.Database, "orders"))
        {
            await using var running = await shop.Program.StartAsync("backup");
            await Dumps.Waiting.UntilPgDumpWaitsAsync(shop.Server, shop.Database);
            Assert.Equal("ok", Check((await shop.Program.RunAsync("doctor", "--json")).Ends(0), "unfinished").GetProperty("state").GetString());
            Signals.ToProcess(running.Id, Signals.Kill);
            await running.EndAsync();
        }
        var result = (await shop.Program.RunAsync("doctor", "--json")).Ends(0);
        Assert.Equal("warn", Check(result, "unfinished").GetProperty("state").GetString());
        Assert.StartsWith($"backup of \"{shop.Database}\"", Check(result, "unfinished").GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.StartsWith($"{shop.Database}_before_", Check(result, "kept-databases").GetProperty("found").GetString(), StringComparison.Ordinal);
        (await shop.Program.RunAsync("backup")).Ends(0);
        Assert.Equal("ok", Check((await shop.Program.RunAsync("doctor", "--json")).Ends(0), "unfinished").GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_document_names_the_approved_checks_in_their_order()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var document = (await shop.Program.RunAsync("doctor", "--json")).Ends(0).Json;
        Assert.Equal(["checks"], document.EnumerateObject().Select(property => property.Name));
        Assert.All(document.GetProperty("checks").EnumerateArray(), check => Assert.Equal(["id", "state", "what", "found", "next"], check.EnumerateObject().Select(property => property.Name)));
        var approved = await File.ReadAllLinesAsync(Path.Combine(Workshop.Repository, "tests", "Tidemark.EndToEnd", "Clusters", "approved", "doctor.txt"), TestContext.Current.CancellationToken);
        Assert.Equal(approved, document.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("id").GetString()));
    }

    private static string[] Files(Shop shop) => [.. Directory.GetFileSystemEntries(Path.Combine(shop.Folder, "backups"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static JsonElement Check(ProgramResult result, string id) => result.Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("id").GetString() == id);

    private static string[] Checks(ProgramResult result, string state) =>
        [.. result.Json.GetProperty("checks").EnumerateArray().Where(check => check.GetProperty("state").GetString() == state).Select(check => check.GetProperty("id").GetString()!)];
}
