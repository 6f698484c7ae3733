using System.Globalization;

namespace Tidemark.Postgres.Replication;

/// <summary>What passwords need to know of characters, read from saslprep.txt (see build/saslprep-tables) when a password is not ASCII.</summary>
internal sealed class UnicodeTables
{
    public static readonly Lazy<UnicodeTables> OfPasswords = new(Read);

    private readonly Dictionary<string, (int First, int Last)[]> kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> classes = [];
    private readonly Dictionary<int, int[]> apart = [];
    private readonly Dictionary<(int, int), int> together = [];

    /// <param name="kind">space, nothing, forbidden, right (to left) or left (to right).</param>
    /// <param name="code">A code point.</param>
    public bool Is(string kind, int code) => Array.Exists(kinds[kind], range => range.First <= code && code <= range.Last);

    /// <summary>Where a mark stands among others; 0: it is no mark.</summary>
    public int Class(int code) => classes.GetValueOrDefault(code);

    /// <summary>What a character is made of, and those in turn; null: of itself.</summary>
    public int[]? Apart(int code) => apart.GetValueOrDefault(code);

    public int? Together(int first, int second) => together.TryGetValue((first, second), out var whole) ? whole : null;

    private static UnicodeTables Read()
    {
        var tables = new UnicodeTables();
        using var resource = typeof(UnicodeTables).Assembly.GetManifestResourceStream("saslprep.txt")!;
        using var reader = new StreamReader(resource);
        while (reader.ReadLine() is { } line) tables.Add(line.Split(' '));
        return tables;
    }

    private void Add(string[] words)
    {
        switch (words[0])
        {
            case "#":
                break;
            case "apart":
                apart[Code(words[1])] = [.. words[2..].Select(Code)];
                break;
            case "together":
                together[(Code(words[1]), Code(words[2]))] = Code(words[3]);
                break;
            case "class":
                foreach (var (first, last) in words[2..].Select(Range))
                {
                    for (var code = first; code <= last; code++) classes[code] = int.Parse(words[1], CultureInfo.InvariantCulture);
                }
                break;
            default:
                kinds[words[0]] = [.. words[1..].Select(Range)];
                break;
        }
    }

    private static (int First, int Last) Range(string word) => word.Split('-') is [var first, var last] ? (Code(first), Code(last)) : (Code(word), Code(word));

    private static int Code(string word) => int.Parse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
