using Tidemark.Journal;

namespace Tidemark.Notifications;

/// <summary>What becomes of each incident, and what is told of it; pure.</summary>
/// <remarks>Opened, worsened and over are told once each. Reminders come after 1 h, 4 h and 24 h, and then every day: whoever has not acted on the third is not helped by more.</remarks>
internal static class IncidentPlanner
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromHours(24)];

    /// <param name="open">Incidents that are not over.</param>
    /// <param name="survey">What is wrong now.</param>
    /// <param name="now">The moment.</param>
    public static IReadOnlyList<IncidentStep> Plan(IReadOnlyList<IncidentRow> open, Survey survey, DateTimeOffset now)
    {
        var worst = survey.Conditions.GroupBy(condition => condition.Key).ToDictionary(same => same.Key, same => same.MaxBy(condition => condition.Severity)!);
        var steps = new List<IncidentStep>();
        foreach (var incident in open)
        {
            if (worst.Remove((incident.Database, incident.Cause, incident.Place), out var condition)) steps.AddRange(Continued(incident, condition, now));
            else if (survey.LookedAt.Contains(incident.Cause)) steps.Add(new IncidentStep(incident with { OverAt = now, ToldAt = now, Events = incident.Events + 1 }, IncidentEvent.Over, null));
        }
        steps.AddRange(worst.Values.Where(condition => condition.Severity > Severity.Lingering).Select(condition => new IncidentStep(new IncidentRow
        {
            Id = 0,
            Database = condition.Database,
            Cause = condition.Cause,
            Place = condition.Place,
            Level = (int)condition.Severity,
            Text = condition.Text,
            Since = condition.Since ?? now,
            ToldAt = now,
            Events = 1,
        }, IncidentEvent.Opened, condition)));
        return steps;
    }

    private static IEnumerable<IncidentStep> Continued(IncidentRow incident, Condition condition, DateTimeOffset now)
    {
        var told = incident with { Text = condition.Text, ToldAt = now, Events = incident.Events + 1 };
        if ((int)condition.Severity > incident.Level)
            yield return new IncidentStep(told with { Level = (int)condition.Severity, Reminders = 0 }, IncidentEvent.Worsened, condition);
        // Either way: after a clock that was wrong, neither silence for a year nor a flood.
        else if ((now - incident.ToldAt).Duration() >= Pauses[Math.Min(incident.Reminders, Pauses.Length - 1)])
            yield return new IncidentStep(told with { Level = LevelOf(incident, condition), Reminders = incident.Reminders + 1 }, IncidentEvent.Reminded, condition);
        else if (LevelOf(incident, condition) != incident.Level)
            yield return new IncidentStep(incident with { Level = LevelOf(incident, condition) }, null, condition);
    }

    private static int LevelOf(IncidentRow incident, Condition condition) => condition.Severity == Severity.Lingering ? incident.Level : (int)condition.Severity;
}

/// <summary>One change of an incident.</summary>
/// <param name="Incident">As it is afterwards.</param>
/// <param name="Event">What is told; null: nothing.</param>
/// <param name="Condition">Why; null when it is over.</param>
internal sealed record IncidentStep(IncidentRow Incident, IncidentEvent? Event, Condition? Condition);

internal enum IncidentEvent
{
    Opened,
    Worsened,
    Reminded,
    Over,
}
