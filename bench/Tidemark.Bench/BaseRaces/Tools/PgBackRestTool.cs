using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.BaseRaces.Tools;

/// <summary>pgBackRest at zstd 3 with two processes, bundling, and block increments where its version has them. The server archives by its <c>archive-push</c>.</summary>
internal sealed class PgBackRestTool(BaseTrack track, string program) : IThriftyTool
{
    private const string Stanza = "bench";

    /// <summary>The first version with block increments, by its release notes.</summary>
    private static readonly Version Blocks = new(2, 46);

    private readonly Version version = VersionOf(program);

    public string Name => $"pgbackrest {version}, zst 3, bundle{(version >= Blocks ? " + block" : "")}";

    public static Version VersionOf(string program) => Version.Parse(Shell.Output(program, ["version"]).Trim().Split(' ')[^1]);

    public Launch Backup(string place)
    {
        BaseTrack.Run(Command(place, place, "stanza-create"));
        return Take(place, place, "full");
    }

    public Launch Increment(string repository, string place) => Take(repository, place, "diff");

    public long Stored(string place) => BaseTrack.Bytes(Path.Combine(place, "repository", "backup"));

    public Launch Restore(string repository, string place)
    {
        Directory.CreateDirectory(DataIn(place));
        Directory.CreateDirectory(Side(place));
        ServerUser.Give(place);
        return Bring(repository, place);
    }

    public Launch Mend(string repository, string place) => Bring(repository, place, "--delta");

    public string DataIn(string place) => Path.Combine(place, "data");

    private static string Side(string place) => Path.Combine(place, "side");

    private Launch Take(string repository, string place, string type)
    {
        // $1 is the segment's path within the data folder, where the server calls it.
        var settings = string.Join(' ', Environment(repository, place).Select(setting => $"{setting.Key}='{setting.Value}'"));
        track.ArchiveBy($"exec env {settings} {program} --pg1-path={track.Server.Data} archive-push \"{track.Server.Data}/$1\"");
        track.Settle();
        return Command(repository, place, "backup", $"--type={type}");
    }

    private Launch Bring(string repository, string place, params string[] more) =>
        // What stands on the command line goes into the restore_command that it writes.
        BaseTrack.Launch(Name, program, [$"--stanza={Stanza}", "--repo1-path=" + Path.Combine(repository, "repository"), "--log-level-file=off", "--lock-path=" + Path.Combine(repository, "lock"), "--spool-path=" + Path.Combine(repository, "spool"), "--pg1-path=" + DataIn(place), "--tablespace-map-all=" + Side(place), "--type=immediate", "--target-action=promote", .. more, "restore"], Environment(repository, place), place);

    private Launch Command(string repository, string place, string command, params string[] more) =>
        BaseTrack.Launch(Name, program, [command, "--pg1-path=" + track.Server.Data, "--pg1-user=postgres", "--pg1-socket-path=" + track.Server.Socket, .. more], Environment(repository, place), place);

    private Dictionary<string, string> Environment(string repository, string home)
    {
        var environment = new Dictionary<string, string>(track.Environment(home))
        {
            ["PGBACKREST_STANZA"] = Stanza,
            ["PGBACKREST_REPO1_PATH"] = Path.Combine(repository, "repository"),
            ["PGBACKREST_REPO1_BUNDLE"] = "y",
            ["PGBACKREST_REPO1_RETENTION_FULL"] = "9",
            ["PGBACKREST_COMPRESS_TYPE"] = "zst",
            ["PGBACKREST_COMPRESS_LEVEL"] = "3",
            ["PGBACKREST_PROCESS_MAX"] = "2",
            ["PGBACKREST_START_FAST"] = "y",
            ["PGBACKREST_LOCK_PATH"] = Path.Combine(repository, "lock"),
            ["PGBACKREST_SPOOL_PATH"] = Path.Combine(repository, "spool"),
            ["PGBACKREST_LOG_LEVEL_FILE"] = "off",
            ["PGBACKREST_LOG_LEVEL_CONSOLE"] = "warn",
        };
        if (version >= Blocks) environment["PGBACKREST_REPO1_BLOCK"] = "y";
        return environment;
    }
}
