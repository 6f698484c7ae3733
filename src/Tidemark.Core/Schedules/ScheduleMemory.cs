using Tidemark.Journal;

namespace Tidemark.Schedules;

/// <summary>What is known of one schedule and one database when it is decided what comes next.</summary>
/// <param name="Row">Since when it is known, and what was passed over.</param>
/// <param name="Runs">Those for the latest time that any was for, the newest first.</param>
internal sealed record ScheduleMemory(ScheduleRow Row, IReadOnlyList<RunRow> Runs)
{
    /// <summary>Asked for, and not ended yet.</summary>
    public RunRow? Active => Runs.FirstOrDefault(run => run.State is RunState.Queued or RunState.Running);

    /// <summary>The latest time of the schedule about which nothing is left to decide.</summary>
    /// <param name="next">The next one. What lies beyond it was decided by a clock that has been put back since: holding to it would keep the schedule silent until then.</param>
    public DateTimeOffset Decided(DateTimeOffset next) => new[] { Row.Since, Row.SettledAt ?? default, Runs is [{ DueAt: { } due }, ..] ? due : default }.Where(time => time <= next).DefaultIfEmpty().Max();

    /// <summary>A run whose process is gone counts as what the next tidying will call it.</summary>
    /// <param name="isOver">Whether no living process holds a run.</param>
    public ScheduleMemory Living(Func<string, bool> isOver) =>
        this with { Runs = [.. Runs.Select(run => run.State == RunState.Running && isOver(run.Id) ? run with { State = RunState.Interrupted, FinishedAt = run.StartedAt } : run)] };
}
