namespace Tidemark.Configuration;

/// <summary>The names that .env may hold with our beginnings; a wrong one is a setting that silently does not hold.</summary>
internal static class KnownVariables
{
    private static readonly string[] OurBeginnings = ["BACKUP_", "HEARTBEAT_", "TIDEMARK_"];

    /// <summary>Of the launcher and the tests, and words of later versions: they may stand there, and do nothing here.</summary>
    private static readonly string[] WithoutEffect =
        ["TIDEMARK_CACHE", "TIDEMARK_BIN", "TIDEMARK_SOAK", "TIDEMARK_ADMIN_TOKEN"];

    private static readonly string[] Accepted = [.. SettingCatalogue.All.Select(setting => setting.Variable), .. WithoutEffect];

    public static void Check(DotEnv dotEnv, ConfigurationFaults faults)
    {
        foreach (var (name, (_, line)) in dotEnv.Entries.OrderBy(entry => entry.Value.Line))
        {
            if (OurBeginnings.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal)) && !Accepted.Contains(name))
                faults.Add($"{name} ({DotEnv.FileName}:{line}): there is no such setting; the nearest is {Accepted.MinBy(known => name.StartsWith(known, StringComparison.Ordinal) ? 1 : Distance(name, known))}");
        }
    }

    /// <summary>How many letters must be put in, taken out or changed (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            (var diagonal, row[0]) = (row[0], i);
            for (var j = 1; j <= to.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
