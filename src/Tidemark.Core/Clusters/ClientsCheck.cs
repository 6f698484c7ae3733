using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Clusters;

/// <summary>Which pg_dump, pg_restore, psql and pg_dumpall would be used, and whether they suit the server.</summary>
internal static class ClientsCheck
{
    private static readonly CheckSubject Subject = new("clients", "pg_dump and its companions", FaultCode.NoClient);

    public static async Task<(Check Check, ClientTools? Tools)> LookAsync(PostgresBinaries binaries, ServerVersion? server, CancellationToken token)
    {
        ClientTools? tools = null;
        try
        {
            if (server is null) return (JudgeWithoutServer(await binaries.FindClientsAsync(token)), null);
            var choice = await binaries.ChooseForDumpAsync(server.Value, token);
            var check = Judge(server.Value, choice, await ProgramsAsync(choice.Tools, token));
            tools = check.State == CheckState.Fail ? null : choice.Tools;
            return (check, tools);
        }
        catch (Fault fault)
        {
            return (Subject.Fail(fault, fault.Code == FaultCode.NoClient && server is not null ? Install(server.Value) : null), null);
        }
    }

    public static Check JudgeWithoutServer(IReadOnlyList<ClientTools> installed) => installed.Count == 0
        ? Subject.Fail("no pg_dump is installed", "apt-get install postgresql-client")
        : Subject.NotLookedAt($"the server's version is not known; installed: {string.Join(", ", installed.Select(Named))}");

    /// <param name="server">The server's version.</param>
    /// <param name="choice">What would dump it.</param>
    /// <param name="programs">The programs beside pg_dump; null where one does not run.</param>
    public static Check Judge(ServerVersion server, ClientChoice choice, IReadOnlyList<(string Path, ServerVersion? Version)> programs)
    {
        var found = $"server {server}, client {Named(choice.Tools)}";
        var broken = programs.Where(program => program.Version is null).Select(program => program.Path).ToList();
        if (broken.Count > 0) return Subject.Fail($"{found}; these do not run: {string.Join(", ", broken)}", Install(server));
        var older = programs.Where(program => program.Version!.Value.Major < choice.Tools.Version.Major).Select(program => $"{program.Path} is {program.Version}").ToList();
        if (older.Count > 0) return Subject.Fail($"{found}; {string.Join(", ", older)}: what this pg_dump writes, it may not read", "unset BACKUP_PGDUMP_PATH, BACKUP_PGRESTORE_PATH and BACKUP_PSQL_PATH: they are then found by version");
        return choice.Warning is null ? Subject.Ok(found) : Subject.Warn($"{found}: {choice.Warning}", Install(server));
    }

    private static string Named(ClientTools tools) => $"{tools.Version} ({tools.Folder})";

    private static string Install(ServerVersion server) => $"apt-get install postgresql-client-{server.Major}";

    private static async Task<IReadOnlyList<(string Path, ServerVersion? Version)>> ProgramsAsync(ClientTools tools, CancellationToken token)
    {
        List<(string, ServerVersion?)> programs = [];
        foreach (var path in new[] { tools.PgRestore, tools.Psql, tools.PgDumpAll }) programs.Add((path, await VersionAsync(path, token)));
        return programs;
    }

    private static async Task<ServerVersion?> VersionAsync(string program, CancellationToken token)
    {
        try
        {
            var said = await ChildProcess.CaptureAsync(new ChildCommand(program, ["--version"]), token);
            return said.ExitCode == 0 ? ServerVersion.Parse(said.Output) : null;
        }
        catch (Fault)
        {
            return null;
        }
    }
}
