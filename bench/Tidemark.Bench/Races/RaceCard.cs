using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.Races;

/// <summary>All races, with the targets that were set for them.</summary>
internal static class RaceCard
{
    private const double DumpAlone = 1.05;
    private const double DumpChecked = 1.15;
    private const double Encrypted = 1.15;
    private const double HelpSeconds = 0.030;
    private const double ListSeconds = 0.150;

    public static IReadOnlyList<Race> All(Track track) =>
    [
        Dump(track, "custom", "pg_dump -Fc -f \"$DUMP\" trading", ".dump"),
        Dump(track, "sql.gz", "pg_dump trading | gzip > \"$DUMP\"", ".sql.gz"),
        Encryption(track, "custom"),
        Encryption(track, "sql.gz"),
        Restore(track, "custom", track.CustomStore, "createdb -T template0 peer && pg_restore -d peer \"$DUMP\""),
        Restore(track, "sql.gz", track.SqlStore, "createdb -T template0 peer && gunzip -c \"$DUMP\" | psql -X -q -d peer > /dev/null"),
        Verify(track, "custom", track.CustomStore, "pg_restore -f /dev/null \"$DUMP\""),
        Verify(track, "sql.gz", track.SqlStore, "gzip -t \"$DUMP\""),
        Alone(track, "help", HelpSeconds, "--help"),
        Alone(track, "list-1000", ListSeconds, "list"),
        Alone(track, "status-1000", ListSeconds, "status"),
    ];

    private static Race Dump(Track track, string format, string bare, string extension)
    {
        Contender Ours(params string[] more) => new($"tidemark backup --format {format}{string.Concat(more.Select(word => " " + word))}", place => track.Tidemark(Path.Combine(place, "backups"), place, ["backup", "--format", format, .. more]));
        Contender Peer(string command) => new(Shown(command), place => track.Bare(command, Path.Combine(place, "peer" + extension), place));
        return new Race
        {
            Name = $"dump-{format}",
            Contenders = [Ours("--no-check"), Ours(), Peer(bare)],
            Comparisons = [new(0, 2, DumpAlone), new(1, 2, DumpChecked)],
        };
    }

    /// <summary>The same backup with and without it: no bare tool encrypts on its way.</summary>
    private static Race Encryption(Track track, string format)
    {
        // Nobody has its identity.
        const string recipient = "age1xtf4fy6rj65mln7srp7v30zpezwmxzzdq75t6njwnk9l08t0tunqnd23jg";
        Launch Plain(string place) => track.Tidemark(Path.Combine(place, "backups"), place, "backup", "--format", format);
        Launch Sealed(string place)
        {
            var plain = Plain(place);
            return plain with { Environment = new Dictionary<string, string>(plain.Environment) { ["BACKUP_ENCRYPT_TO"] = recipient } };
        }
        return new Race
        {
            Name = $"encrypt-{format}",
            Contenders =
            [
                new($"tidemark backup --format {format}, encrypted", Sealed),
                new($"tidemark backup --format {format}", Plain),
            ],
            Comparisons = [new(0, 1, Encrypted)],
        };
    }

    private static Race Restore(Track track, string format, string store, string bare)
    {
        Contender Ours(int exit, params string[] more) => new($"tidemark restore ID{string.Concat(more.Select(word => " " + word))} ({format})", place => track.Tidemark(store, place, ["restore", Id(store), .. more]) with { GoodExits = [exit] });
        return new Race
        {
            Name = $"restore-{format}",
            Contenders = [Ours(0), Ours(14, "--no-check"), Peer(track, store, bare)],
            Comparisons = [new(0, 2, null), new(1, 2, null)],
            Reads = () => [Track.DumpIn(store)!.FullName],
            Restores = true,
        };
    }

    private static Race Verify(Track track, string format, string store, string bare) => new()
    {
        Name = $"verify-{format}",
        Contenders = [new($"tidemark verify ID ({format})", place => track.Tidemark(store, place, "verify", Id(store))), Peer(track, store, bare)],
        Comparisons = [new(0, 1, null)],
        Reads = () => [Track.DumpIn(store)!.FullName],
    };

    private static Race Alone(Track track, string name, double? target, params string[] arguments) => new()
    {
        Name = name,
        Contenders = [new($"tidemark {string.Join(' ', arguments)}", place => track.Tidemark(track.CrowdedStore, place, arguments))],
        Comparisons = [new(0, null, target)],
        Quick = true,
    };

    private static Contender Peer(Track track, string store, string command) => new(Shown(command), place => track.Bare(command, Track.DumpIn(store)!.FullName, place));

    private static string Id(string store) => (string)Crowd.ManifestIn(store)["id"]!;

    private static string Shown(string command) => command.Replace("\"$DUMP\"", "FILE", StringComparison.Ordinal);
}
