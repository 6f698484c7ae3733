using System.Diagnostics;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>kill -9 of the program at each of its steps: at every file that it makes, makes durable, names or removes.</summary>
/// <remarks>
/// strace tells each of these system calls and holds the program still after it, so that the kill comes exactly there. A first run counts them;
/// then one run is killed after each of them.
/// </remarks>
public sealed partial class KilledBackupTests(Servers servers)
{
    private const string Renames = "renameat2,rename";
    private const string Calls = Renames + ",fsync,link,unlink,rmdir,mkdir,ftruncate";

    /// <summary>Held after each call; the kill takes a few milliseconds.</summary>
    private const int HeldMicroseconds = 60_000;

    [Fact]
    public async Task Killed_at_each_renaming_a_backup_leaves_nothing_half_and_the_next_start_repairs_and_tells()
    {
        // In the pending folder: intent, globals, manifest; then dump, globals and manifest to their final names; then README and restore.sh.
        var steps = await CountAsync(Renames);
        Assert.True(steps == 8, $"{steps} renamings were seen:\n{string.Join('\n', seen)}");
        for (var step = 1; step <= steps; step++) Assert.True(await KillAsync(Renames, step), $"the run was not under way at renaming {step}");
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task Killed_at_every_step_a_backup_leaves_nothing_half_and_the_next_start_repairs_and_tells()
    {
        var steps = await CountAsync(Calls);
        Assert.True(steps > 40, $"only {steps} steps were seen");
        for (var step = 1; step <= steps; step++) await KillAsync(Calls, step);
    }

    private readonly List<string> seen = [];

    private async Task<int> CountAsync(string calls)
    {
        using var scratch = new Scratch();
        var (program, _) = await PrepareAsync(scratch);
        var steps = 0;
        seen.Clear();
        await TraceAsync(program, calls, 0, call => { steps++; seen.Add(call); });
        return steps;
    }

    /// <summary>True when the run had begun and had not ended yet.</summary>
    private async Task<bool> KillAsync(string calls, int step)
    {
        using var scratch = new Scratch();
        var (program, server) = await PrepareAsync(scratch);
        var folder = new BackupFolder(program);
        var last = "";
        var at = 0;
        await TraceAsync(program, calls, HeldMicroseconds, call =>
        {
            if (++at != step) return;
            last = call;
            var id = int.Parse(call.Split(' ')[0]);
            Signals.ToProcess(id, Signals.Kill);
        });
        var context = $"killed after step {step}: {last}";

        // Before anything repairs: a dump under its final name may still lack its manifest, and is then not taken for a backup of ours.
        var before = (await program.RunAsync("list", "--json")).Ends(0).Json.GetProperty("backups").EnumerateArray()
            .Where(backup => backup.GetProperty("state").GetString() != "foreign").Select(backup => backup.GetProperty("file").GetString()!).ToArray();
        foreach (var file in before)
            Assert.True(folder.Manifest(file).GetProperty("sha256").GetString() == Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(folder.PathOf(file), TestContext.Current.CancellationToken))), context);

        var began = folder.Runs().Contains("backup running");
        var next = (await program.RunAsync("backup")).Ends(0);
        Assert.Empty(folder.Pending);
        folder.AssertNothingHalf();
        if (began)
        {
            Assert.True(next.Errors.Contains("tidied up: the backup of", StringComparison.Ordinal), $"{context}. {next}");
            Assert.Equal(["backup interrupted", "backup succeeded"], folder.Runs());
            Assert.Contains(folder.Audit, line => line.GetProperty("action").GetString() == "DB_BACKUP_FAILED" && line.GetProperty("errorCode").GetString() == "interrupted");
        }
        Assert.Equal("DB_BACKUP_CREATED", folder.AuditActions[^1]);
        (await program.RunAsync("verify", "--all")).Ends(0);
        await Waiting.UntilAsync(async () => await server.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{Database(program)}'") == 0, "no session of the killed run is left");
        return began;
    }

    private static string Database(TidemarkProgram program) => program.Environment["DATABASE_URL"].Split('/')[^1];

    private async Task<(TidemarkProgram, PostgresServer)> PrepareAsync(Scratch scratch)
    {
        var server = await servers.OfAsync(15);
        var database = await server.CreateDatabaseAsync("killed");
        await server.ExecuteAsync(database, "CREATE TABLE t AS SELECT i FROM generate_series(1, 100) i");
        return (TidemarkProgram.For(server, database, scratch.Folder), server);
    }

    /// <summary>Runs a backup under strace; told of each call (process id, call) while the program is held after it.</summary>
    private static async Task TraceAsync(TidemarkProgram program, string calls, int held, Action<string> told)
    {
        var managed = TidemarkProgram.File.EndsWith(".dll", StringComparison.Ordinal);
        var start = new ProcessStartInfo("strace", [
            "-qq", "--seccomp-bpf", "-f", "-y", "-s", "200", "-e", "signal=none", "-e", $"trace={calls}", .. held == 0 ? (string[])[] : ["-e", $"inject={calls}:delay_exit={held}"], "-o", "/dev/stdout",
            "--", .. managed ? (string[])["dotnet", TidemarkProgram.File] : [TidemarkProgram.File], "backup"])
        {
            WorkingDirectory = program.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in program.Environment) start.Environment[name] = value;
        using var process = await ChildProcess.StartAsync(start);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (Call().IsMatch(line) && line.Contains(program.Environment["BACKUP_DIR"], StringComparison.Ordinal)) told(line);
        await process.WaitForExitAsync();
        await errors;
    }

    /// <summary>What strace says stands between what the program itself says.</summary>
    [GeneratedRegex(@"^\d+ +[a-z0-9]+\(")]
    private static partial Regex Call();
}
