using Tidemark.Bench.Machine;

namespace Tidemark.Bench.WalRaces;

/// <summary>The peer: its settings are the environment of its commands.</summary>
internal static class PgBackRest
{
    public const string Push = "pgbackrest archive-push pg_wal/%f";

    public const string Get = "pgbackrest archive-get %f pg_wal/RECOVERYXLOG";

    private const string Stanza = "bench";

    /// <param name="track">Whose.</param>
    /// <param name="place">Where its data folder is, and what it keeps besides.</param>
    /// <param name="archive">Whose archive it works on.</param>
    /// <param name="asynchronous">By a process in the background that takes what waits, two segments at a time; and as much fetched ahead as ours does.</param>
    public static Dictionary<string, string> Environment(WalTrack track, string place, string archive, bool asynchronous)
    {
        var environment = new Dictionary<string, string>(track.Environment(place))
        {
            ["PGBACKREST_STANZA"] = Stanza,
            ["PGBACKREST_PG1_PATH"] = Path.Combine(place, "data"),
            ["PGBACKREST_REPO1_PATH"] = Path.Combine(archive, "repository"),
            ["PGBACKREST_COMPRESS_TYPE"] = "zst",
            ["PGBACKREST_COMPRESS_LEVEL"] = "3",
            ["PGBACKREST_LOCK_PATH"] = Path.Combine(place, "lock"),
            ["PGBACKREST_LOG_LEVEL_FILE"] = "off",
        };
        if (!asynchronous) return environment;
        environment["PGBACKREST_ARCHIVE_ASYNC"] = "y";
        environment["PGBACKREST_SPOOL_PATH"] = Path.Combine(place, "spool");
        environment["PGBACKREST_ARCHIVE_GET_QUEUE_MAX"] = "256MiB";
        environment["PGBACKREST_PROCESS_MAX"] = "2";
        return environment;
    }

    /// <summary>As <see cref="Environment"/>, with an archive that is new.</summary>
    public static Dictionary<string, string> Prepare(WalTrack track, string place, string archive, bool asynchronous)
    {
        var environment = Environment(track, place, archive, asynchronous);
        Shell.Output("pgbackrest", ["--no-online", "stanza-create"], environment);
        return environment;
    }

    public static string ArchiveIn(string place) => Path.Combine(place, "repository", "archive", Stanza);
}
