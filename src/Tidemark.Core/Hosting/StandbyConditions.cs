using Tidemark.Notifications;
using Tidemark.Standbys;

namespace Tidemark.Hosting;

/// <summary>Whether standbys could take over; pure.</summary>
internal static class StandbyConditions
{
    public static Survey Of(IReadOnlyList<StandbySight> standbys, DateTimeOffset now) => new()
    {
        LookedAt = new HashSet<string>([Cause.StandbyLate, Cause.StandbySlot, Cause.StandbyDrift]),
        Conditions = [.. standbys.Where(one => one.Report.Phase == StandbyPhase.Streaming).SelectMany(one => new[] { Late(one, now), Slot(one), Drift(one) }).OfType<Condition>()],
    };

    private static Condition? Late(StandbySight one, DateTimeOffset now)
    {
        var (report, objective) = (one.Report, TimeSpan.FromSeconds(one.Report.ObjectiveSeconds));
        var lag = report.LagSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : now - one.FollowedAt;
        var broken = report.State == StandbyState.Broken;
        if (!broken && (report.State == StandbyState.Following || lag <= objective)) return null;
        return Condition(one, Cause.StandbyLate, broken || lag > objective * 2 ? Severity.Critical : Severity.Warning,
            $"standby {report.Name} {(broken ? "does not follow" : $"is {Ages.InWords(lag)} behind")}, and its objective is {new Duration(objective)}: {Why(report)}") with
        { Since = broken ? null : now - lag + objective };
    }

    private static Condition? Slot(StandbySight one) => one.Report.HeldBytes is not { } held || held <= one.Report.SlotLimit ? null
        : Condition(one, Cause.StandbySlot, Severity.Critical, $"the primary keeps {held:N0} bytes of WAL for standby {one.Report.Name}, and the limit is {one.Report.SlotLimit:N0}: its disk fills up");

    private static Condition? Drift(StandbySight one) => one.Report.Drift is not { Findings.Count: > 0 } drift ? null
        : Condition(one, Cause.StandbyDrift, Severity.Warning, $"the schema of standby {one.Report.Name} differs: {StandbyPreflight.Some(drift.Findings)}");

    private static Condition Condition(StandbySight one, string cause, Severity severity, string text) => new()
    {
        Database = one.Database,
        Cause = cause,
        Place = one.Report.Name,
        Severity = severity,
        Text = text,
        Next = $"tidemark standby status {one.Report.Name}",
    };

    private static string Why(StandbyReport report) => report.Troubles.Count == 0 ? "nothing has failed" : string.Join("; ", report.Troubles.Select(trouble => $"{trouble.What} ({trouble.Why})"));
}
