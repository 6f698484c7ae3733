using Tidemark.BaseBackups;
using Tidemark.Postgres;

namespace Tidemark.Restores.Bases;

/// <summary>Rules that text was sorted by, and that are others where it is restored: an index over that text may miss rows, or find them twice.</summary>
/// <param name="Database">Its name.</param>
/// <param name="Collation">As SQL names it; null: the default of the database.</param>
/// <param name="Provider">libc, icu or builtin.</param>
/// <param name="Made">The version that it was sorted by.</param>
/// <param name="Actual">The version here.</param>
internal sealed record ChangedCollation(string Database, string? Collation, string Provider, string Made, string Actual)
{
    /// <summary>Sentences; the rest is counted.</summary>
    private const int Most = 10;

    private const int FirstThatRefreshesDatabases = 15;

    /// <summary>As far as this machine says it by itself: of ICU only a server can be asked.</summary>
    /// <param name="manifest">Of the backup.</param>
    /// <param name="libc">This machine's; null: it names none.</param>
    public static IEnumerable<ChangedCollation> OnThisMachine(BaseManifest manifest, string? libc) =>
        manifest.Collations.Where(one => one is { Provider: "libc", Version: not null } && libc is not null && one.Version != libc).Select(one => new ChangedCollation(one.Name, null, one.Provider, one.Version!, libc!));

    /// <param name="changed">All of them.</param>
    /// <param name="major">Of the server.</param>
    public static IEnumerable<string> InWords(IReadOnlyList<ChangedCollation> changed, int major)
    {
        foreach (var one in changed.Take(Most)) yield return one.InWords(major);
        if (changed.Count > Most) yield return $"{changed.Count - Most} more collations have another version here: tidemark doctor, with each database in DATABASE_URL";
    }

    private string InWords(int major)
    {
        var name = SqlText.Identifier(Database);
        var refresh = Collation is not null ? $" ALTER COLLATION {Collation} REFRESH VERSION;" : major >= FirstThatRefreshesDatabases ? $" ALTER DATABASE {name} REFRESH COLLATION VERSION;" : "";
        return $"text in database \"{Database}\"{(Collation is null ? "" : $" of collation {Collation}")} was sorted by {Provider} {Made}, and here that is {Actual}: indexes over it may miss rows, or find them twice. When the server takes writes, and before anybody uses it, in that database: REINDEX DATABASE {name};{refresh}";
    }
}
