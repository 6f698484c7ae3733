using Tidemark.Journal;
using Tidemark.Notifications;

namespace Tidemark.Tests.Notifications;

public sealed class IncidentPlannerTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Looked_at_every_minute_each_event_is_told_once_and_reminders_grow_apart()
    {
        // Wrong from minute 10 on, worse from minute 100 on, right again after four days.
        var told = Drive(TimeSpan.FromDays(5), minute => minute is < 10 or >= 5760 ? [] : [Condition(minute < 100 ? Severity.Warning : Severity.Critical)]);
        Assert.Equal(
        [
            (10, "Opened", 1), (70, "Reminded", 1), (100, "Worsened", 2),
            (160, "Reminded", 2), (160 + 240, "Reminded", 2), (400 + 1440, "Reminded", 2), (1840 + 1440, "Reminded", 2), (3280 + 1440, "Reminded", 2), (5760, "Over", 2),
        ], told);
    }

    [Fact]
    public void What_comes_back_after_it_was_over_is_told_as_new() =>
        Assert.Equal([(0, "Opened", 1), (5, "Over", 1), (10, "Opened", 1), (15, "Over", 1)], Drive(TimeSpan.FromMinutes(20), minute => minute / 5 % 2 == 0 ? [Condition(Severity.Warning)] : []));

    [Fact]
    public void Near_the_line_nothing_opens_and_nothing_is_over() =>
        Assert.Equal([(2, "Opened", 1), (5, "Over", 1)], Drive(TimeSpan.FromMinutes(6), minute => minute switch { 2 => [Condition(Severity.Warning)], 5 => [], _ => [Condition(Severity.Lingering)] }));

    [Fact]
    public void A_cause_that_was_not_looked_for_is_not_over()
    {
        var open = Assert.Single(IncidentPlanner.Plan([], Found(Condition(Severity.Warning)), Start)).Incident;
        Assert.Empty(IncidentPlanner.Plan([open], new Survey(), Start.AddMinutes(1)));
        Assert.Equal(IncidentEvent.Over, Assert.Single(IncidentPlanner.Plan([open], Found(), Start.AddMinutes(1))).Event);
    }

    [Fact]
    public void One_incident_a_database_cause_and_place_the_worst_of_its_conditions()
    {
        var opened = IncidentPlanner.Plan([], Found(Condition(Severity.Warning), Condition(Severity.Critical), Condition(Severity.Warning) with { Database = "other" }, Condition(Severity.Warning) with { Place = "there" }), Start);
        Assert.Equal(["shop  2", "other  1", "shop there 1"], opened.Select(step => $"{step.Incident.Database} {step.Incident.Place} {step.Incident.Level}"));
    }

    [Fact]
    public void What_becomes_better_is_not_told_and_when_it_becomes_worse_again_it_is()
    {
        var severities = new[] { Severity.Critical, Severity.Warning, Severity.Critical };
        Assert.Equal([(0, "Opened", 2), (2, "Worsened", 2)], Drive(TimeSpan.FromMinutes(3), minute => [Condition(severities[minute])]));
    }

    [Fact]
    public void A_clock_that_was_wrong_for_a_while_does_not_silence_the_reminders()
    {
        var open = Assert.Single(IncidentPlanner.Plan([], Found(Condition(Severity.Warning)), Start.AddYears(10))).Incident;
        Assert.Equal(IncidentEvent.Reminded, Assert.Single(IncidentPlanner.Plan([open], Found(Condition(Severity.Warning)), Start)).Event);
    }

    /// <summary>One look a minute: the minute, the event and the level of all that was told.</summary>
    private static List<(int, string, int)> Drive(TimeSpan length, Func<int, Condition[]> wrong)
    {
        List<IncidentRow> open = [];
        List<(int, string, int)> told = [];
        for (var minute = 0; minute < length.TotalMinutes; minute++)
            foreach (var step in IncidentPlanner.Plan(open, Found(wrong(minute)), Start.AddMinutes(minute)))
            {
                open = step.Incident.OverAt is null ? [step.Incident] : [];
                if (step.Event is { } happened) told.Add((minute, happened.ToString(), step.Incident.Level));
            }
        return told;
    }

    private static Survey Found(params Condition[] conditions) => new() { Conditions = conditions, LookedAt = new HashSet<string>([Cause.Objective]) };

    private static Condition Condition(Severity severity) => new() { Database = "shop", Cause = Cause.Objective, Severity = severity, Text = "it is late", Next = "tidemark backup" };
}
