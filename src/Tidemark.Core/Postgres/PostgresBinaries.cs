using System.Diagnostics;
using Tidemark.Processes;

namespace Tidemark.Postgres;

/// <summary>Finds the PostgreSQL programs of this machine: the usual installation folders and every folder of PATH.</summary>
internal sealed class PostgresBinaries
{
    private static readonly string[] InstallationRoots = ["/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt", "/usr"];

    private readonly IReadOnlyList<string> searchPath;
    private readonly string? pgDump;
    private readonly string? pgRestore;
    private readonly string? psql;

    /// <param name="searchPath">PATH.</param>
    /// <param name="pgDump">The one that the user names, by its path or as a bare name to be found in PATH; null: found by version.</param>
    /// <param name="pgRestore">The same.</param>
    /// <param name="psql">The same.</param>
    public PostgresBinaries(string? searchPath, string? pgDump = null, string? pgRestore = null, string? psql = null)
    {
        this.searchPath = (searchPath ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        (this.pgDump, this.pgRestore, this.psql) = (Located(pgDump), Located(pgRestore), Located(psql));
    }

    /// <summary>Every installation with a pg_dump that runs, newest first.</summary>
    public async Task<IReadOnlyList<ClientTools>> FindClientsAsync(CancellationToken token)
    {
        if (pgDump is not null) return [await ToolsOfAsync(pgDump, required: true, token) ?? throw new UnreachableException()];
        var found = new List<ClientTools>();
        foreach (var folder in Folders("pg_dump"))
            if (await ToolsOfAsync(Path.Combine(folder, "pg_dump"), required: false, token) is { } tools)
                found.Add(tools);
        return [.. found.OrderByDescending(tools => tools.Version)];
    }

    public async Task<ClientChoice> ChooseForDumpAsync(ServerVersion server, CancellationToken token)
    {
        var clients = await FindClientsAsync(token);
        return ClientChoice.For(server, clients) ?? throw NoClient(clients, $"pg_dump {server.Major} or newer", $"the server is PostgreSQL {server}", server.Major);
    }

    public async Task<ClientChoice> ChooseForRestoreAsync(ServerVersion target, ServerVersion? dumpedBy, CancellationToken token)
    {
        var clients = await FindClientsAsync(token);
        return ClientChoice.ForRestore(target, dumpedBy, clients) ?? throw NoClient(clients, $"pg_restore {dumpedBy?.Major ?? target.Major} or newer",
            $"the dump was written by pg_dump {dumpedBy?.ToString() ?? "of an unknown version"}, the server is PostgreSQL {target}", dumpedBy?.Major ?? target.Major);
    }

    /// <summary>A folder that holds the server programs initdb and postgres; null when there is none.</summary>
    /// <param name="like">The same major where it is here, else the next newer; null, and where all are older: the newest.</param>
    /// <param name="token">Cancels.</param>
    public async Task<(string Folder, ServerVersion Version)?> FindServerAsync(ServerVersion? like, CancellationToken token)
    {
        var found = new List<(string Folder, ServerVersion Version)>();
        foreach (var folder in Folders("initdb").Where(folder => File.Exists(Path.Combine(folder, "pg_dump"))))
            if (await VersionOfAsync(Path.Combine(folder, "postgres"), token) is { Major: >= 13 } version)
                found.Add((folder, version));
        var near = found.Where(server => like is { } wanted && server.Version.Major >= wanted.Major).OrderBy(server => server.Version.Major).ThenByDescending(server => server.Version).ToList();
        return near.Count > 0 ? near[0] : found.Count == 0 ? null : found.MaxBy(server => server.Version);
    }

    /// <summary>A folder with postgres and pg_ctl of this major, of which the newest; null: there is none.</summary>
    public async Task<(string Folder, ServerVersion Version)?> FindServerAsync(int major, CancellationToken token)
    {
        var found = new List<(string Folder, ServerVersion Version)>();
        foreach (var folder in Folders("pg_ctl"))
            if (await VersionOfAsync(Path.Combine(folder, "postgres"), token) is { } version && version.Major == major)
                found.Add((folder, version));
        return found.Count == 0 ? null : found.MaxBy(server => server.Version);
    }

    private async Task<ClientTools?> ToolsOfAsync(string dump, bool required, CancellationToken token)
    {
        var version = await VersionOfAsync(dump, token);
        if (version is null && required)
            throw new Fault(FaultCode.Configuration, "the configured pg_dump does not run") { Where = $"BACKUP_PGDUMP_PATH = {dump}", Why = File.Exists(dump) ? "it does not answer to --version" : dump.Contains('/') ? "there is no such file" : "it is in no folder of PATH", Next = "set BACKUP_PGDUMP_PATH to a pg_dump, or unset it: it is then found by version" };
        if (version is null) return null;
        var folder = Path.GetDirectoryName(Path.GetFullPath(dump))!;
        return new ClientTools
        {
            Version = version.Value,
            PgDump = dump,
            PgRestore = pgRestore ?? Path.Combine(folder, "pg_restore"),
            Psql = psql ?? Path.Combine(folder, "psql"),
            PgDumpAll = Path.Combine(folder, "pg_dumpall"),
        };
    }

    private static async Task<ServerVersion?> VersionOfAsync(string program, CancellationToken token)
    {
        if (!File.Exists(program)) return null;
        var result = await ChildProcess.CaptureAsync(new ChildCommand(program, ["--version"]), token);
        return result.ExitCode == 0 ? ServerVersion.Parse(result.Output) : null;
    }

    private string? Located(string? program) => program is null || program.Contains('/') ? program
        : searchPath.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists) ?? program;

    private IEnumerable<string> Folders(string program) =>
        InstallationRoots.Where(Directory.Exists)
            .SelectMany(root => Directory.GetDirectories(root)
                .Where(folder => root != "/usr" || Path.GetFileName(folder).StartsWith("pgsql-", StringComparison.Ordinal))
                .Select(folder => Path.Combine(folder, "bin")).Append(Path.Combine(root, "bin")))
            .Concat(searchPath)
            .Where(folder => File.Exists(Path.Combine(folder, program)))
            // One PostgreSQL is often reachable by several names: Debian's /usr/bin/pg_dump is a wrapper, and it would be tried first by some.
            .Where(folder => folder is not "/usr/bin" and not "/bin" || !Directory.Exists("/usr/lib/postgresql"))
            .DistinctBy(folder => Path.GetFullPath(folder));

    private static Fault NoClient(IReadOnlyList<ClientTools> installed, string needed, string because, int major) =>
        new(FaultCode.NoClient, $"this needs {needed}")
        {
            Where = "the PostgreSQL clients of this machine",
            Why = because + "; installed: " + (installed.Count == 0 ? "none" : string.Join(", ", installed.Select(tools => $"{tools.Version} ({tools.Folder})"))),
            Next = $"install postgresql-client-{major} (Debian, Ubuntu) or set BACKUP_PGDUMP_PATH",
        };
}
