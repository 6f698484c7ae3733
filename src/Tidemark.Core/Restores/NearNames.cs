namespace Tidemark.Restores;

/// <summary>The names that somebody who mistyped one may have meant.</summary>
internal static class NearNames
{
    /// <summary>At most five, the nearest first.</summary>
    public static IReadOnlyList<string> Of(string typed, IEnumerable<string> known) =>
        [.. known.Distinct().Select(name => (name, far: Distance(typed, name))).Where(near => near.far <= Math.Max(2, typed.Length / 3)).OrderBy(near => near.far).ThenBy(near => near.name, StringComparer.Ordinal).Take(5).Select(near => near.name)];

    /// <summary>How many characters must be changed, added or left out; case counts for nothing.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (corner, left) = (row[0], row[0] = i);
            for (var j = 1; j <= other.Length; j++)
            {
                var same = char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]);
                (corner, left) = (row[j], Math.Min(Math.Min(row[j], left) + 1, corner + (same ? 0 : 1)));
                row[j] = left;
            }
        }
        return row[^1];
    }
}
