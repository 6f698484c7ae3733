using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>A backup that breaks off in the middle leaves no object under a final name, says so, and is recorded.</summary>
public sealed class BrokenBackupTests(Servers servers)
{
    // Enough that the dump is caught in the middle of it, and more than the small disk holds.
    private const string Rows = "CREATE TABLE big AS SELECT i, md5(i::text) || md5((i * 7)::text) AS a, md5((i * 3)::text) AS b FROM generate_series(1, 250000) i";

    [Theory]
    [InlineData("custom")]
    [InlineData("sql.gz")]
    public async Task A_killed_pg_dump_leaves_no_object_under_a_final_name(string format)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("killed_dump");
        await server.ExecuteAsync(database, Rows);
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var folder = new BackupFolder(program);
        await using var running = await program.StartAsync("backup", "--format", format);
        await Waiting.UntilAsync(() => Waiting.Descendants(running.Id, "pg_dump").Length == 1 && Waiting.BytesPending(folder) > 0, "bytes of the dump are written");
        Signals.ToProcess(Assert.Single(Waiting.Descendants(running.Id, "pg_dump")), Signals.Kill);
        (await running.EndAsync()).Fails(1, "failed", why: false).Says("pg_dump was ended by signal 9", "the unfinished dump was discarded");
        AssertNothingLeft(folder, "failed");
        await AssertNextWorksAsync(program, folder);
    }

    [Fact]
    public async Task A_server_that_crashes_in_the_middle_leaves_no_object_under_a_final_name()
    {
        await using var server = await PostgresServer.StartAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("crashed");
        await server.ExecuteAsync(database, Rows + "; CHECKPOINT");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var folder = new BackupFolder(program);
        await using var running = await program.StartAsync("backup");
        await Waiting.UntilAsync(() => Waiting.Descendants(running.Id, "pg_dump").Length == 1 && Waiting.BytesPending(folder) > 0, "bytes of the dump are written");
        await server.CrashAsync();
        (await running.EndAsync()).Fails(7, "database-unreachable");
        AssertNothingLeft(folder, "database-unreachable");
        await server.StartAsync();
        await AssertNextWorksAsync(program.With("DATABASE_URL", server.Url(database)), folder);
    }

    [Theory]
    [InlineData("custom")]
    [InlineData("sql.gz")]
    public async Task A_disk_that_fills_up_in_the_middle_is_told_as_such_and_is_empty_again(string format)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root: a full disk cannot be made");
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("full_disk");
        await server.ExecuteAsync(database, Rows);
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var folder = new BackupFolder(program);
        await using var disk = await SmallDisk.MountAsync(folder.Root, "4m");
        (await program.RunAsync("backup", "--format", format)).Fails(15, "disk-full").Says("No space left on device", folder.Root);
        AssertNothingLeft(folder, "disk-full");
        await server.ExecuteAsync(database, "DELETE FROM big WHERE i > 1000");
        await AssertNextWorksAsync(program, folder);
    }

    [Fact]
    public async Task A_disk_that_is_full_before_anything_began_is_told_as_such()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root: a full disk cannot be made");
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("full_disk");
        await server.ExecuteAsync(database, "CREATE TABLE t AS SELECT i FROM generate_series(1, 1000) i");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var folder = new BackupFolder(program);
        await using var disk = await SmallDisk.MountAsync(folder.Root, "2m");
        (await program.RunAsync("backup")).Ends(0);
        disk.Fill();
        (await program.RunAsync("backup")).Fails(15, "disk-full");
        Assert.Single(folder.Dumps);
        folder.AssertNothingHalf();
        disk.Free();
        (await program.RunAsync("backup")).Ends(0);
        Assert.Equal(2, folder.Dumps.Length);
        Assert.Empty(folder.Pending);
    }

    private static void AssertNothingLeft(BackupFolder folder, string code)
    {
        Assert.Empty(folder.Files);
        Assert.Empty(folder.Pending);
        var failed = Assert.Single(folder.Audit);
        Assert.Equal("DB_BACKUP_FAILED", failed.GetProperty("action").GetString());
        Assert.Equal("failed", failed.GetProperty("outcome").GetString());
        Assert.Equal(code, failed.GetProperty("errorCode").GetString());
        Assert.Equal(["backup failed"], folder.Runs());
    }

    private static async Task AssertNextWorksAsync(TidemarkProgram program, BackupFolder folder)
    {
        (await program.RunAsync("backup")).Ends(0);
        Assert.Single(folder.Dumps);
        folder.AssertNothingHalf();
        Assert.Equal(["DB_BACKUP_FAILED", "DB_BACKUP_CREATED"], folder.AuditActions);
    }
}
