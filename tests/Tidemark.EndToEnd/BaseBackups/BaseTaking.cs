using System.Text.Json;
using Tidemark.EndToEnd.Restores.Bases;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.BaseBackups;

/// <summary>Base backups of one server by the program, what follows them of WAL, and servers restored from them.</summary>
/// <param name="program">With its store.</param>
/// <param name="server">Of which.</param>
/// <param name="isOverSql">The program does not see the server's data folder.</param>
internal sealed class BaseTaking(TidemarkProgram program, PostgresServer server, bool isOverSql)
{
    public bool WasOverSql { get; private set; }

    /// <summary>Its manifest.</summary>
    public async Task<JsonElement> TakeAsync(params string[] words)
    {
        var said = (await RunAsync(["backup", "--kind", "base", .. words])).Ends().Output;
        WasOverSql = said.Contains("read over SQL", StringComparison.Ordinal);
        return (await program.RunAsync("show", said.Split(' ')[2], "--json")).Ends().Json;
    }

    public async Task<ProgramResult> RunAsync(string[] words)
    {
        await using var running = await StartAsync(words);
        await running.WriteAsync(null);
        return await running.EndAsync();
    }

    /// <summary>Over SQL: in a mount namespace of its own, where the data folder is empty.</summary>
    public async Task<RunningProgram> StartAsync(string[] words)
    {
        if (!isOverSql) return await program.StartAsync(words);
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can hide a folder from a program");
        var managed = TidemarkProgram.File.EndsWith(".dll", StringComparison.Ordinal);
        return await program.StartOtherAsync("unshare", ["--mount", "sh", "-c", "mount -t tmpfs none \"$0\" && exec \"$@\"", server.DataFolder, .. managed ? (string[])["dotnet", TidemarkProgram.File] : [TidemarkProgram.File], .. words]);
    }

    /// <summary>Every segment that the server has ended, as its archiver would.</summary>
    public async Task BringWalAsync()
    {
        await server.ExecuteAsync("postgres", "select pg_switch_wal()");
        await server.ExecuteAsync("postgres", "select pg_create_restore_point('in the next')");
        var open = (await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_current_wal_insert_lsn())"))!;
        foreach (var segment in Directory.GetFiles(Path.Combine(server.DataFolder, "pg_wal")).Select(path => Path.GetFileName(path)).Where(name => name.Length == 24 && string.CompareOrdinal(name, open) < 0).Order(StringComparer.Ordinal))
            (await program.RunAsync("wal", "push", Path.Combine(server.DataFolder, "pg_wal", segment))).Ends();
    }

    /// <summary>Restored by the program, looked at by PostgreSQL's own check, started, and out of recovery.</summary>
    public async Task<PostgresServer> RestoreAsync(string folder, string backup, string at)
    {
        await ChildProcess.OutputAsync("mkdir", ["-m", "700", folder], asServerUser: true);
        (await program.RunAsync("restore", backup, "--target-dir", folder, "--at", at, "--promote")).Ends();
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_verifybackup"), ["-n", folder]);
        var restored = await PostgresServer.StartAsync(server.Major, new ServerOptions { DataFrom = folder });
        // A hot standby answers before it has ended its recovery.
        await RestorableServer.RecoveredAsync(restored);
        return restored;
    }
}
