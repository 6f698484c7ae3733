using Tidemark.Journal;

namespace Tidemark.Notifications;

/// <summary>Runs that fail, and have not succeeded since; pure.</summary>
internal static class FailedRuns
{
    private const string Heartbeat = "heartbeat";

    /// <param name="notices">Open ones: one for each way of failing.</param>
    /// <param name="heartbeatLimit">Heartbeats by command are missing when they fail for longer; null: the service watches them itself.</param>
    /// <param name="now">The moment.</param>
    public static Survey Of(IReadOnlyList<NoticeRow> notices, TimeSpan? heartbeatLimit, DateTimeOffset now) => new()
    {
        Conditions = [.. notices.GroupBy(notice => (notice.Kind, notice.Database)).Where(same => same.Key.Kind != Heartbeat || now - same.Min(notice => notice.FirstAt) > heartbeatLimit).Select(same => ConditionOf([.. same]))],
        LookedAt = Looked(heartbeatLimit is not null),
    };

    private static HashSet<string> Looked(bool heartbeats) =>
        [.. Runs.RunKind.All.Where(kind => kind.Repeats && kind.Name != Heartbeat).Select(kind => Cause.OfRun(kind.Name)), .. heartbeats ? [Cause.HeartbeatMissing] : Array.Empty<string>()];

    private static Condition ConditionOf(IReadOnlyList<NoticeRow> same)
    {
        var (latest, times) = (same.OrderBy(notice => notice.LastAt).ThenBy(notice => notice.Id).Last(), same.Sum(notice => notice.Count));
        return new Condition
        {
            Database = latest.Database,
            Cause = latest.Kind == Heartbeat ? Cause.HeartbeatMissing : Cause.OfRun(latest.Kind),
            Severity = latest.Kind == Heartbeat ? Severity.Critical : Severity.Warning,
            Text = $"{latest.Text}{(times == 1 ? "" : $" ({times} times)")}",
            Since = same.Min(notice => notice.FirstAt),
            Next = $"tidemark runs show {latest.RunId}",
        };
    }
}
