using Tidemark.Bench.Data;
using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.Races;

/// <summary>What all contenders share: the server, the clients on the PATH, the backups that are read.</summary>
internal sealed class Track(BenchPrograms programs, ScratchServer server, SampleDatabase database, Workplace workplace)
{
    public ScratchServer Server => server;

    public SampleDatabase Database => database;

    /// <summary>Folders of backups that stay: one of the large database for each format, and one of many small ones.</summary>
    public string CustomStore { get; } = workplace.NewPlace("custom");

    public string SqlStore { get; } = workplace.NewPlace("sql");

    public string CrowdedStore { get; } = workplace.NewPlace("crowded");

    public string NewPlace() => workplace.NewPlace("place");

    /// <summary>The dump itself in a folder of ours or of a peer; null when there is none.</summary>
    public static FileInfo? DumpIn(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
        .SingleOrDefault(file => file.Name.EndsWith(".dump", StringComparison.Ordinal) || file.Name.EndsWith(".sql.gz", StringComparison.Ordinal));

    /// <summary>Every database that is not the server's own or the sample's.</summary>
    public IReadOnlyList<string> RestoredDatabases() =>
        server.Scalar<string[]>("postgres", $"select coalesce(array_agg(datname::text), '{{}}') from pg_database where not datistemplate and datname not in ('postgres', '{SampleDatabase.Name}')");

    public Launch Tidemark(string store, string folder, params string[] arguments) => new()
    {
        Name = $"tidemark {string.Join(' ', arguments)}",
        Program = programs.Tidemark,
        Arguments = arguments,
        Environment = Environment(store),
        Folder = folder,
    };

    /// <summary>A command line of the bare tools; $DUMP is the file that it writes or reads.</summary>
    public Launch Bare(string command, string dump, string folder) => new()
    {
        Name = command,
        Program = "/bin/bash",
        Arguments = ["-o", "pipefail", "-c", command],
        Environment = new Dictionary<string, string>(Environment(folder)) { ["DUMP"] = dump },
        Folder = folder,
    };

    public void Stock()
    {
        Take(CustomStore, SampleDatabase.Name, "custom");
        Take(SqlStore, SampleDatabase.Name, "sql.gz");
        server.Execute("postgres", "create database small template template0");
        Take(CrowdedStore, "small", "custom");
        server.Execute("postgres", "drop database small");
        Crowd.Fill(CrowdedStore, 1000, tables: 20);
    }

    private void Take(string store, string name, string format)
    {
        Shell.Output(programs.Tidemark, ["backup", "--format", format, "--database", name], Environment(store));
        var manifest = Crowd.ManifestIn(store);
        var client = (string)manifest["clientVersion"]!;
        if (!Shell.Output(programs.Of("pg_dump"), ["--version"]).Contains($" {client}", StringComparison.Ordinal)) throw new BenchFailure($"tidemark took another pg_dump than the one that it is compared with: {client}");
    }

    private Dictionary<string, string> Environment(string store) => new()
    {
        ["PATH"] = $"{programs.Postgres}:/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = workplace.Folder,
        ["LC_ALL"] = "C.UTF-8",
        ["DATABASE_URL"] = $"postgresql://postgres@{Uri.EscapeDataString(server.Socket)}/{SampleDatabase.Name}",
        ["BACKUP_DIR"] = store,
        ["PGHOST"] = server.Socket,
        ["PGUSER"] = "postgres",
    };
}
