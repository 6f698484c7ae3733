namespace Tidemark.Telemetry;

/// <summary>One metric with all its samples.</summary>
/// <param name="Name">Letters, digits and '_'; ends in its unit, or in _total for a counter.</param>
/// <param name="Type">counter or gauge.</param>
/// <param name="Help">One line that says what is counted or measured.</param>
/// <param name="Samples">No two with the same labels.</param>
internal sealed record MetricFamily(string Name, string Type, string Help, IReadOnlyList<MetricSample> Samples);

internal sealed record MetricSample(IReadOnlyList<KeyValuePair<string, string>> Labels, double Value);
