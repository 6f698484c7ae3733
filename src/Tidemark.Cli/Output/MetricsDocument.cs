using Tidemark.Telemetry;

namespace Tidemark.Cli.Output;

/// <summary>The metrics as JSON: the same names and values as in the text.</summary>
internal sealed record MetricsDocument(IReadOnlyList<MetricDocument> Metrics)
{
    public static MetricsDocument Of(IEnumerable<MetricFamily> families) =>
        new([.. families.SelectMany(family => family.Samples.Select(sample => new MetricDocument(family.Name, sample.Labels.ToDictionary(label => label.Key, label => label.Value), sample.Value)))]);
}

internal sealed record MetricDocument(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
