using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Schedules;

namespace Tidemark.Tests.Schedules;

/// <summary>A service that looks at one schedule as time goes by, and whose runs end as they are told to, at once.</summary>
internal sealed class ScheduleLife(ScheduleOptions schedule, DateTimeOffset since)
{
    private readonly List<RunRow> runs = [];
    private ScheduleRow row = new("test", "shop", since, null);

    /// <summary>Every run: the time it was for, and when it began.</summary>
    public List<(DateTimeOffset Due, DateTimeOffset Began)> Begun { get; } = [];

    /// <summary>Looks every so often from one moment to another, neither looked at twice.</summary>
    public void Pass(DateTimeOffset from, DateTimeOffset until, TimeSpan each, Func<int, string>? ends = null)
    {
        for (var now = from; now < until; now += each) Look(now, ends);
    }

    public void Look(DateTimeOffset now, Func<int, string>? ends = null)
    {
        // As the journal does it when the clock has been put back.
        if (row.Since > now) row = row with { Since = now };
        IReadOnlyList<RunRow> latest = runs.Count == 0 ? [] : [.. runs.Where(run => run.DueAt == runs[^1].DueAt).Reverse()];
        var plan = SchedulePlan.Of(schedule, new ScheduleMemory(row, latest), "here", now);
        if (plan.Step == ScheduleStep.Skip) row = row with { SettledAt = plan.Due };
        if (plan.Step != ScheduleStep.Begin) return;
        Begun.Add((plan.Due, now));
        var state = ends?.Invoke(runs.Count) ?? RunState.Succeeded;
        runs.Add(Times.Run($"{runs.Count}", "2026-01-01", state, "2026-01-01") with { DueAt = plan.Due, QueuedAt = now, StartedAt = now, FinishedAt = now, ErrorCode = state == RunState.Succeeded ? null : "failed" });
    }
}
