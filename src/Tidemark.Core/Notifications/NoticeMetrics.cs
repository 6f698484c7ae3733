using Tidemark.Telemetry;

namespace Tidemark.Notifications;

/// <summary>Incidents and their telling as metrics; pure.</summary>
internal static class NoticeMetrics
{
    public static IReadOnlyList<MetricFamily> Of(NoticeReading reading, DateTimeOffset now) =>
    [
        new("tidemark_incident_open_seconds", "gauge", "For how long an incident has been open, of each that is.", [.. reading.Open.Select(incident => new MetricSample(
            [new("cluster", "default"), new("database", incident.Database), new("cause", incident.Cause), new("place", incident.Place), new("severity", ((Severity)incident.Level).ToString().ToLowerInvariant())], Math.Max(0, (now - incident.Since).TotalSeconds)))]),
        new("tidemark_notices_waiting", "gauge", "Notices that a channel has not taken yet, of each channel that is set.", [.. reading.Waiting.Select(channel => new MetricSample([new("channel", channel.Key)], channel.Value))]),
        new("tidemark_notices_failing_seconds", "gauge", "For how long a channel has taken no notice; 0 when it does, or was not tried for long.",
            [.. reading.Waiting.Keys.Select(channel => new MetricSample([new("channel", channel)], reading.Failing.FirstOrDefault(failing => failing.Channel == channel) is { } failing ? Math.Max(0, (now - failing.Since).TotalSeconds) : 0))]),
    ];
}
