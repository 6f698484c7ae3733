namespace Tidemark.Cli.Teaching;

/// <summary>Finds the word that was meant.</summary>
internal static class Spelling
{
    /// <summary>The nearest of the known words; null when none is near, or two are equally so.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var near = known.Select(one => (Word: one, Distance: Distance(word, one))).Where(one => one.Distance <= Math.Max(1, one.Word.TrimStart('-').Length / 3)).OrderBy(one => one.Distance).Take(2).ToList();
        if (near.Count == 1 || near.Count == 2 && near[0].Distance < near[1].Distance) return near[0].Word;
        var longer = known.Where(one => word.TrimStart('-').Length >= 3 && one.StartsWith(word, StringComparison.Ordinal)).Take(2).ToList();
        return longer.Count == 1 ? longer[0] : null;
    }

    /// <summary>How many letters must be typed, left out, changed or exchanged with their neighbour to make one of the other.</summary>
    public static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var change = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(change, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        return cost[a.Length, b.Length];
    }
}
