using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tidemark.Dumps;

/// <summary>Where a dump lies in its store: keys with readable names, the same on disk and in any object store.</summary>
internal static class DumpName
{
    /// <summary>Ends the key of whatever is encrypted.</summary>
    public const string Sealed = ".age";

    private static readonly string[] DumpEndings = [".dump", ".sql.gz", ".sql"];

    private static readonly string[] Extensions = [".age", ".dump", ".gz", ".sql"];

    /// <summary>dated: <c>app/2026/11/22/backup-20261122T020000Z.dump</c>.</summary>
    public static string Dated(string database, DateTimeOffset recoveryPoint) =>
        string.Create(CultureInfo.InvariantCulture, $"{FileSafe(database)}/{recoveryPoint.UtcDateTime:yyyy/MM/dd}/backup-{recoveryPoint.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.dump");

    /// <summary>flat: <c>label[.database].sha256.sql.gz</c>; the database is named when one run dumps several.</summary>
    /// <param name="label">Of the user, or the default one.</param>
    /// <param name="database">Null where only one is dumped.</param>
    /// <param name="sha256">Of the .sql.gz before any encryption; null: not known yet.</param>
    public static string Flat(string label, string? database, string? sha256) =>
        $"{label}{(database is null ? "" : "." + FileSafe(database))}{(sha256 is null ? "" : "." + sha256)}.sql.gz";

    public static string DefaultLabel(DateTimeOffset startedAt) =>
        string.Create(CultureInfo.InvariantCulture, $"manual-{startedAt.UtcDateTime:yyyyMMddHHmmss}");

    public static string ScheduledLabel(DateTimeOffset startedAt) =>
        string.Create(CultureInfo.InvariantCulture, $"scheduled-{startedAt.UtcDateTime:yyyyMMddHHmmss}");

    /// <summary>The same name with a number before its extensions, for a name that is taken.</summary>
    public static string Numbered(string key, int number)
    {
        if (number == 1) return key;
        var stem = Stem(key);
        // Flat names keep their hash last: label-2.<hash>.sql.gz
        var hash = stem.LastIndexOf('.') is var dot and > 0 && stem.Length - dot == 65 ? dot : stem.Length;
        return $"{stem[..hash]}-{number}{key[hash..]}";
    }

    /// <summary>The key without its extensions.</summary>
    public static string Stem(string key)
    {
        while (Extensions.FirstOrDefault(extension => key.EndsWith(extension, StringComparison.Ordinal)) is { } found) key = key[..^found.Length];
        return key;
    }

    /// <summary>The key of the dump without the ending of its encryption: what lies beside it is named by that.</summary>
    public static string Plain(string key) => key.EndsWith(Sealed, StringComparison.Ordinal) ? key[..^Sealed.Length] : key;

    public static string ManifestOf(string key) => Plain(key) + ".json";

    /// <summary>All of the manifest of an encrypted dump; the other one names no tables and no roles.</summary>
    public static string SealedManifestOf(string key) => ManifestOf(key) + Sealed;

    public static string CheckOf(string key) => Plain(key) + ".check.json";

    public static string PinOf(string key) => Plain(key) + ".pin.json";

    public static string ProofOf(string key) => Plain(key) + ".proof.json";

    /// <param name="key">The dump: its globals are encrypted where it is.</param>
    public static string GlobalsOf(string key) => Stem(key) + ".globals.sql" + (key.EndsWith(Sealed, StringComparison.Ordinal) ? Sealed : "");

    public static bool IsDump(string key)
    {
        var name = Plain(key[(key.LastIndexOf('/') + 1)..]);
        return name.Length > 0 && name[0] != '.' && DumpEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)) && !name.EndsWith(".globals.sql", StringComparison.Ordinal);
    }

    /// <summary>The first 12 hex digits of the SHA-256 of the key without extensions: every machine derives the same from a listing.</summary>
    public static string Id(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Stem(key))))[..12];

    /// <exception cref="Fault">The label cannot stand in a file name on every store.</exception>
    public static string CheckedLabel(string label)
    {
        var allowed = label.Length is > 0 and <= 100 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+' or '@') && char.IsAsciiLetterOrDigit(label[0]);
        return allowed ? label : throw new Fault(FaultCode.BadLabel, "this label cannot be a file name")
        {
            Where = $"label \"{label}\"",
            Why = "a label has 1 to 100 characters of a-z A-Z 0-9 . _ - + @ and begins with a letter or digit",
            Next = "give another --label",
        };
    }

    /// <summary>A database name as a file name: other bytes than a-z A-Z 0-9 _ - become %XX; a long one ends in its hash.</summary>
    public static string FileSafe(string database)
    {
        var name = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(database))
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' || (b is (byte)'-' or (byte)'.' && name.Length > 0)) name.Append((char)b);
            else name.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        if (name.Length <= 90) return name.ToString();
        return name.ToString(0, 70) + "~" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(database)))[..12];
    }
}
