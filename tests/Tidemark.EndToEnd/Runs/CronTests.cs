using System.Diagnostics;
using System.Text.Json;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Runs;

/// <summary>The program as cron starts it: almost no environment, in the home folder, umask 022, no terminal, nobody looking.</summary>
public sealed class CronTests(Servers servers)
{
    [Fact]
    public async Task What_cron_starts_is_in_the_history_and_what_fails_leaves_one_notice_until_it_works_again()
    {
        var server = await servers.OfAsync(15);
        using var home = new Scratch("home");
        var database = await server.CreateDatabaseAsync("nightly");
        await server.ExecuteAsync(database, "CREATE TABLE t AS SELECT i FROM generate_series(1, 10) i");
        Configure(home, server, server.Url(database));

        Assert.Contains("no run has been recorded", (await CronAsync(home, "runs list")).Ends().Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(home["kept"]));
        (await CronAsync(home, "runs show latest --json")).Ends(4);
        (await CronAsync(home, "backup --label nightly")).Ends();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(home["kept", ".tidemark"]));
        foreach (var file in Directory.GetFiles(home["kept"], "*", SearchOption.AllDirectories)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        // A password that must not show up, and a port where nobody listens.
        Configure(home, server, $"postgresql://postgres:s3cr3t-word@127.0.0.1:1/{database}");
        (await CronAsync(home, "backup")).Ends(7);
        (await CronAsync(home, "backup --database all")).Ends(7);
        (await CronAsync(home, "heartbeat")).Ends(7);
        (await CronAsync(home, "verify")).Ends();
        var listed = await ListAsync(home);
        Assert.Equal(["verify succeeded ", "heartbeat failed database-unreachable", "backup failed database-unreachable", "backup failed database-unreachable", "backup succeeded "],
            listed.GetProperty("runs").EnumerateArray().Select(run => $"{run.GetProperty("kind")} {run.GetProperty("state")} {run.GetProperty("errorCode")}"));
        Assert.Equal(["backup database-unreachable 2", "heartbeat database-unreachable 1"],
            listed.GetProperty("notices").EnumerateArray().Select(notice => $"{notice.GetProperty("kind")} {notice.GetProperty("errorCode")} {notice.GetProperty("count")}"));
        Assert.Equal(["DB_BACKUP_CREATED", "DB_BACKUP_FAILED", "DB_BACKUP_FAILED", "DB_HEARTBEAT_MISSED", "DB_BACKUP_VERIFIED"], new BackupFolder(home["kept"]).AuditActions);
        var human = (await CronAsync(home, "runs list --state failed --limit 1")).Ends().Output;
        Assert.Contains($"(2 times): backup of \"{database}\" failed: ", human, StringComparison.Ordinal);
        var failed = (await CronAsync(home, $"runs show {listed.GetProperty("runs")[2].GetProperty("id")}")).Ends().Output;
        Assert.Contains("error           database-unreachable: ", failed, StringComparison.Ordinal);
        Assert.Contains("   next: ", failed, StringComparison.Ordinal);

        Configure(home, server, server.Url(database));
        (await CronAsync(home, "backup")).Ends();
        (await CronAsync(home, "heartbeat --create-table")).Ends();
        listed = await ListAsync(home);
        Assert.Empty(listed.GetProperty("notices").EnumerateArray());
        var latest = (await CronAsync(home, "runs show latest --json")).Ends().Json;
        Assert.Equal(("heartbeat", "succeeded", JsonValueKind.Null), (latest.GetProperty("kind").GetString(), latest.GetProperty("state").GetString(), latest.GetProperty("error").ValueKind));
        foreach (var file in Directory.GetFiles(home["kept"], "*", SearchOption.AllDirectories)) Assert.DoesNotContain("s3cr3t-word", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        Assert.Contains("several runs begin so", (await CronAsync(home, "runs show 20")).Ends(2).Errors, StringComparison.Ordinal);
        (await CronAsync(home, "runs show 19991231235959")).Ends(4);
        (await CronAsync(home, "runs list --state asleep")).Ends(2);
        Assert.Contains("tidemark runs list --help", (await CronAsync(home, "runs list --nonsense")).Ends(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_history_is_told_and_keeps_no_backup_from_being_taken()
    {
        var server = await servers.OfAsync(15);
        using var home = new Scratch("home");
        var database = await server.CreateDatabaseAsync("damaged");
        Configure(home, server, server.Url(database));
        Directory.CreateDirectory(home["kept", ".tidemark"]);
        await File.WriteAllTextAsync(home["kept", ".tidemark", "journal.db"], string.Concat(Enumerable.Repeat("no database ", 1000)), TestContext.Current.CancellationToken);
        var backup = (await CronAsync(home, "backup")).Ends();
        Assert.Contains("what was done could not be recorded in the history of runs: the journal of runs is damaged", backup.Errors, StringComparison.Ordinal);
        Assert.Single(new BackupFolder(home["kept"]).Dumps);
        var next = (await CronAsync(home, "runs list --json")).Ends(8).Json.GetProperty("error").GetProperty("next").GetString()!;

        // What it tells to type works.
        await ChildProcess.OutputAsync("/bin/sh", ["-euc", next]);
        (await CronAsync(home, "backup")).Ends();
        Assert.Equal("backup", Assert.Single((await ListAsync(home)).GetProperty("runs").EnumerateArray()).GetProperty("kind").GetString());
    }

    [Fact]
    public async Task A_killed_run_is_marked_by_the_next_start_and_not_by_looking()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("killed_run");
        await server.ExecuteAsync(database, "CREATE TABLE held (x int)");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        await using (await Waiting.HoldAsync(server, database, "held"))
        {
            await using var running = await program.StartAsync("backup");
            await Waiting.UntilPgDumpWaitsAsync(server, database);
            running.KillAll();
            await running.EndAsync();
        }
        for (var look = 0; look < 2; look++) Assert.Equal("running", (await program.RunAsync("runs", "show", "latest", "--json")).Ends().Json.GetProperty("state").GetString());
        (await program.RunAsync("verify")).Ends(4);
        var listed = (await program.RunAsync("runs", "list", "--json")).Ends().Json;
        Assert.Equal(["verify failed", "backup interrupted"], listed.GetProperty("runs").EnumerateArray().Select(run => $"{run.GetProperty("kind")} {run.GetProperty("state")}"));
        // That there is nothing to verify is a failed run; a notice of it might be of a misspelt name, which nothing would end.
        Assert.Equal(["interrupted"], listed.GetProperty("notices").EnumerateArray().Select(notice => notice.GetProperty("errorCode").GetString()!));
        (await program.RunAsync("backup")).Ends();
        (await program.RunAsync("verify")).Ends();
        Assert.Empty((await program.RunAsync("runs", "list", "--json")).Ends().Json.GetProperty("notices").EnumerateArray());
    }

    private static void Configure(Scratch home, PostgresServer server, string url) => File.WriteAllText(home[".env"], $"""
        DATABASE_URL={url}
        BACKUP_DIR=kept
        BACKUP_PGDUMP_PATH={server.Clients}/pg_dump
        BACKUP_PGRESTORE_PATH={server.Clients}/pg_restore
        BACKUP_PSQL_PATH={server.Clients}/psql
        """);

    private static async Task<JsonElement> ListAsync(Scratch home) => (await CronAsync(home, "runs list --json")).Ends().Json;

    private static async Task<ProgramResult> CronAsync(Scratch home, string arguments)
    {
        var file = TidemarkProgram.File;
        var line = $"umask 022; exec {(file.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet " : "")}'{file}' {arguments}";
        var start = new ProcessStartInfo("/bin/sh", ["-c", line]) { WorkingDirectory = home.Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in new Dictionary<string, string> { ["HOME"] = home.Folder, ["LOGNAME"] = "root", ["SHELL"] = "/bin/sh", ["PATH"] = "/usr/local/bin:/usr/bin:/bin" }) start.Environment[name] = value;
        await using var running = new RunningProgram(await ChildProcess.StartAsync(start), $"tidemark {arguments}");
        await running.WriteAsync(null);
        return await running.EndAsync();
    }
}
