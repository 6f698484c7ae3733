using System.Globalization;
using System.Text;

namespace Tidemark.Postgres.Data;

/// <summary>Where the links in pg_tblspc lead (<c>tablespace_map</c>): at the start from a backup the server makes them anew from it.</summary>
/// <remarks>Until 13 only a line break is written with a backslash before it, and any other backslash is one; since 14 the backslash itself is, too.</remarks>
internal static class TablespaceMap
{
    public const string Path = "tablespace_map";

    private const int EscapesBackslashes = 14;

    /// <exception cref="FormatException">A line is no number, a blank and a path.</exception>
    public static IReadOnlyList<(uint Oid, string Location)> Parse(string text, int major)
    {
        List<(uint, string)> entries = [];
        var line = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (text[at] == '\\' && (next is '\n' or '\r' || (next == '\\' && major >= EscapesBackslashes))) line.Append(text[++at]);
            else if (text[at] is '\n' or '\r') End();
            else line.Append(text[at]);
        }
        End();
        return entries;

        void End()
        {
            if (line.Length == 0) return;
            var parts = line.ToString().Split(' ', 2);
            if (parts.Length < 2 || parts[1].Length == 0 || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var oid))
                throw new FormatException($"'{line}' is no line of a tablespace_map");
            entries.Add((oid, parts[1]));
            line.Clear();
        }
    }

    public static string Write(IEnumerable<(uint Oid, string Location)> entries, int major)
    {
        var text = new StringBuilder();
        foreach (var (oid, location) in entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{oid} ");
            foreach (var letter in location)
            {
                if (letter is '\n' or '\r' || (letter == '\\' && major >= EscapesBackslashes)) text.Append('\\');
                text.Append(letter);
            }
            text.Append('\n');
        }
        return text.ToString();
    }
}
