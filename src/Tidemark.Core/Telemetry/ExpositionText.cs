using System.Globalization;
using System.Text;

namespace Tidemark.Telemetry;

/// <summary>The text format of Prometheus, version 0.0.4: what a scrape and the textfile collector of node_exporter read.</summary>
internal static class ExpositionText
{
    /// <summary>Families without samples are left out.</summary>
    public static string Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families.Where(family => family.Samples.Count > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Name} {Escaped(family.Help)}\n# TYPE {family.Name} {family.Type}\n");
            foreach (var sample in family.Samples)
            {
                text.Append(family.Name);
                if (sample.Labels.Count > 0) text.Append('{').AppendJoin(',', sample.Labels.Select(label => $"{label.Key}=\"{Escaped(label.Value).Replace("\"", "\\\"", StringComparison.Ordinal)}\"")).Append('}');
                text.Append(CultureInfo.InvariantCulture, $" {sample.Value:R}\n");
            }
        }
        return text.ToString();
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
