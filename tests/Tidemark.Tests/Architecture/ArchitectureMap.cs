using System.Text.RegularExpressions;

namespace Tidemark.Tests.Architecture;

/// <summary>docs/architecture.md as data: the rooms, and which rooms each may use, directly or through those.</summary>
public sealed partial class ArchitectureMap
{
    private readonly Dictionary<string, string[]> rows;

    private ArchitectureMap(Dictionary<string, string[]> rows) => this.rows = rows;

    public IReadOnlyCollection<string> Rooms => rows.Keys;

    public static ArchitectureMap Parse(string page)
    {
        var table = page[page.IndexOf("| room |", StringComparison.Ordinal)..].Split('\n').Skip(2).TakeWhile(line => line.StartsWith('|'));
        return new(table.Select(line => line.Split('|')).ToDictionary(cells => Names(cells[1]).Single(), cells => Names(cells[3])));
    }

    /// <summary>All that a room may use. A circle ends the test.</summary>
    public IReadOnlySet<string> MayUse(string room, params string[] above)
    {
        if (above.Contains(room)) throw new InvalidOperationException($"the map goes in a circle: {string.Join(" → ", [.. above, room])}");
        var direct = rows.TryGetValue(room, out var named) ? named : throw new InvalidOperationException($"the map names {room}, which has no row of its own");
        return direct.Concat(direct.SelectMany(next => MayUse(next, [.. above, room]))).ToHashSet();
    }

    /// <summary>What a file of the library uses and may not, or where its namespace is not its folder.</summary>
    public IEnumerable<string> Violations(SourceFile file)
    {
        const string library = "src/Tidemark.Core";
        var room = file.Folder.Length > library.Length ? file.Folder[(library.Length + 1)..] : "";
        var expected = room.Length == 0 ? "Tidemark" : "Tidemark." + room.Replace('/', '.');
        if (!Regex.IsMatch(file.Text, $@"^namespace {Regex.Escape(expected)};", RegexOptions.Multiline)) yield return $"{file.Path}: its namespace is not {expected}";
        if (room.Length > 0 && !rows.ContainsKey(room)) yield break;
        IReadOnlySet<string> allowed = room.Length == 0 ? new HashSet<string>() : MayUse(room);
        foreach (var used in Mentions().Matches(file.Text).Select(match => RoomOf(match.Groups[1].Value)).OfType<string>().Distinct())
            if (used != room && !allowed.Contains(used)) yield return $"{file.Path}: uses {used}, which the map does not allow";
    }

    /// <summary>The deepest room that a dotted name leads to.</summary>
    private string? RoomOf(string dotted)
    {
        var parts = dotted.Split('.');
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('/', parts[..count])).LastOrDefault(rows.ContainsKey);
    }

    private static string[] Names(string cell) => [.. Ticked().Matches(cell).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Ticked();

    [GeneratedRegex(@"\bTidemark\.([A-Z]\w*(?:\.[A-Z]\w*)*)")]
    private static partial Regex Mentions();
}
