using System.Globalization;
using System.Text;

namespace Tidemark.Tests.Telemetry;

/// <summary>Reads the text format of Prometheus as strictly as it is described; written from the description, not from our writer.</summary>
/// <remarks>Refuses: samples before their TYPE, a family in two places, a name or label that is none, an escape that is none, a sample twice, a timestamp, a last line without its newline.</remarks>
internal static class ExpositionReader
{
    public sealed record Sample(string Name, string Labels, double Value)
    {
        public required IReadOnlyDictionary<string, string> ByName { get; init; }
    }

    public static IReadOnlyList<Sample> Read(string text)
    {
        if (!text.EndsWith('\n')) throw new FormatException("the last line does not end");
        var samples = new List<Sample>();
        var (types, helps, closed) = (new Dictionary<string, string>(), new HashSet<string>(), new HashSet<string>());
        var current = "";
        foreach (var line in text[..^1].Split('\n'))
        {
            var words = line.Split(' ', 4);
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                if (words.Length < 4 || words[1] is not ("HELP" or "TYPE")) throw new FormatException($"no comment that says anything: {line}");
                if (words[2] != current && !closed.Add(words[2])) throw new FormatException($"in two places: {words[2]}");
                current = words[2];
                if (words[1] == "HELP" ? !helps.Add(current) || words[3].Length == 0 : !types.TryAdd(current, words[3])) throw new FormatException($"said twice, or nothing said: {line}");
                if (words[1] == "TYPE" && words[3] is not ("counter" or "gauge")) throw new FormatException($"no type: {line}");
                continue;
            }
            var sample = One(line);
            if (sample.Name != current || !types.TryGetValue(current, out var type) || !helps.Contains(current)) throw new FormatException($"a sample without its family: {line}");
            if (type == "counter" && (!current.EndsWith("_total", StringComparison.Ordinal) || sample.Value < 0)) throw new FormatException($"no counter: {line}");
            if (samples.Any(other => other.Name == sample.Name && other.Labels == sample.Labels)) throw new FormatException($"twice: {line}");
            samples.Add(sample);
        }
        return samples;
    }

    private static Sample One(string line)
    {
        var at = 0;
        var name = Name(line, ref at, colons: true);
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (line[at] == '{')
        {
            do
            {
                at++;
                var label = Name(line, ref at, colons: false);
                if (line[at++] != '=' || line[at++] != '"') throw new FormatException($"no value of {label}: {line}");
                if (!labels.TryAdd(label, Value(line, ref at))) throw new FormatException($"the label {label} twice: {line}");
            }
            while (line[at] == ',');
            if (line[at++] != '}') throw new FormatException($"labels do not end: {line}");
        }
        if (line[at++] != ' ') throw new FormatException($"no space before the value: {line}");
        var value = double.Parse(line[at..], NumberStyles.Float, CultureInfo.InvariantCulture);
        return new Sample(name, string.Join('\0', labels.Select(label => label.Key + '\u0001' + label.Value)), value) { ByName = labels };
    }

    private static string Name(string line, ref int at, bool colons)
    {
        var start = at;
        while (at < line.Length && (char.IsAsciiLetter(line[at]) || line[at] == '_' || (colons && line[at] == ':') || (at > start && char.IsAsciiDigit(line[at])))) at++;
        return at > start ? line[start..at] : throw new FormatException($"no name at {start}: {line}");
    }

    private static string Value(string line, ref int at)
    {
        var value = new StringBuilder();
        for (; line[at] != '"'; at++)
            value.Append(line[at] != '\\' ? line[at] : line[++at] switch { '\\' => '\\', '"' => '"', 'n' => '\n', var other => throw new FormatException($"no escape: \\{other}") });
        at++;
        return value.ToString();
    }
}
