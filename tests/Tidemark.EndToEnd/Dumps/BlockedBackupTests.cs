using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>What others do on the server meanwhile: lock tables, end our sessions.</summary>
public sealed class BlockedBackupTests(Servers servers)
{
    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_table_that_stays_locked_ends_the_wait_and_its_holder_is_named(int major)
    {
        var server = await servers.OfAsync(major);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("locked");
        await server.ExecuteAsync(database, "CREATE TABLE free AS SELECT 1 AS x; CREATE TABLE \"Held one\" AS SELECT 1 AS x");
        var program = TidemarkProgram.For(server, database, scratch.Folder).With("BACKUP_LOCK_WAIT", "1s");
        var folder = new BackupFolder(program);
        await using (var holder = await Waiting.HoldAsync(server, database, "\"Held one\""))
            (await program.RunAsync("backup")).Fails(1, "failed").Says("pg_dump waited 1 s for a table", $"public.\"Held one\" is locked by process {holder.ProcessID} of role postgres", "idle in transaction", $"pg_terminate_backend({holder.ProcessID})");
        Assert.Empty(folder.Files);
        Assert.Empty(folder.Pending);
        (await program.RunAsync("backup")).Ends(0);
        Assert.Single(folder.Dumps);
    }

    [Fact]
    public async Task Our_own_session_may_be_ended_once_pg_dump_has_its_snapshot_and_the_backup_is_whole_with_its_gaps()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("ended");
        await server.ExecuteAsync(database, "CREATE TABLE held AS SELECT 1 AS x; CREATE FOREIGN DATA WRAPPER f; CREATE SERVER s FOREIGN DATA WRAPPER f; CREATE FOREIGN TABLE away (x int) SERVER s");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var folder = new BackupFolder(program);
        var holder = await Waiting.HoldAsync(server, database, "held");
        await using var running = await program.StartAsync("backup");
        await Waiting.UntilPgDumpWaitsAsync(server, database);
        Assert.Equal(1L, await server.ScalarAsync<long>("postgres", $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}' AND application_name = 'tidemark'"));
        await holder.DisposeAsync();
        (await running.EndAsync()).Ends(0);
        var manifest = folder.Manifest(folder.Dumps.Single());
        Assert.Contains(manifest.GetProperty("gaps").EnumerateArray(), gap => gap.GetProperty("kind").GetString() == "foreign-table");
        Assert.Equal(1, manifest.GetProperty("rows")[0].GetProperty("rows").GetInt64());
        folder.AssertNothingHalf();
    }

    [Fact]
    public async Task A_table_whose_rows_pg_dump_was_kept_from_writing_is_told_as_a_gap()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("left_out");
        await server.ExecuteAsync(database, "CREATE TABLE kept AS SELECT 1 AS x; CREATE TABLE \"Left out\" AS SELECT 1 AS x; CREATE TABLE nothing_in_it (x int); CREATE TABLE no_columns ()");
        // Behind our own arguments: pg_dump looks for --version in the first place only.
        await File.WriteAllTextAsync(scratch["pg_dump"], $"#!/bin/sh\nexec '{server.Clients}/pg_dump' \"$@\" --exclude-table-data='public.\"Left out\"'\n", TestContext.Current.CancellationToken);
        await ChildProcess.OutputAsync("chmod", ["755", scratch["pg_dump"]]);
        var program = TidemarkProgram.For(server, database, scratch.Folder).With("BACKUP_PGDUMP_PATH", scratch["pg_dump"]);
        var folder = new BackupFolder(program);
        Assert.Contains("not-in-dump public.\"Left out\"", (await program.RunAsync("backup", "--format", "sql.gz")).Ends(0).Output, StringComparison.Ordinal);

        // Nor is there a pg_dumpall beside the script.
        Assert.Equal(
            ["globals roles and tablespaces", "not-in-dump public.\"Left out\""],
            folder.Manifest(folder.Dumps.Single()).GetProperty("gaps").EnumerateArray().Select(gap => $"{gap.GetProperty("kind").GetString()} {gap.GetProperty("object").GetString()}"));
    }
}
