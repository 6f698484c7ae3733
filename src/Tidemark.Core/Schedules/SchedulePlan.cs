using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Runs;

namespace Tidemark.Schedules;

/// <summary>What is to be done about one schedule and one database at one moment; pure.</summary>
/// <param name="Step">What.</param>
/// <param name="Due">The time of the schedule that it is about; of a mere wait for the next one: that.</param>
/// <param name="At">When it is worth looking again; of a beginning: now.</param>
/// <param name="Words">Why, for the log.</param>
internal sealed record SchedulePlan(ScheduleStep Step, DateTimeOffset Due, DateTimeOffset At, string Words)
{
    /// <summary>Times before this one that nobody ran for: they are not caught up one by one.</summary>
    public int Missed { get; init; }

    /// <summary>From 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <param name="options">The schedule.</param>
    /// <param name="memory">What it has done.</param>
    /// <param name="host">Whose jitter.</param>
    /// <param name="now">The moment.</param>
    public static SchedulePlan Of(ScheduleOptions options, ScheduleMemory memory, string host, DateTimeOffset now)
    {
        var next = Next(options, now);
        var decided = memory.Decided(next);
        if (options.Latest(now) is { } due && due > decided) return OfDue(options, memory, host, due, Between(options, decided, due), now);
        return OfRetry(options, memory, next, now) ?? new SchedulePlan(ScheduleStep.Wait, next, Start(options, host, next), "the next time");
    }

    /// <summary>The moment a run for this time begins, unless something holds it up.</summary>
    public static DateTimeOffset Start(ScheduleOptions options, string host, DateTimeOffset due) =>
        BlackoutWindow.PutOff(due + RunJitter.Of(options.Jitter, options.Name, host, due), options.Blackout, options.Zone);

    private static SchedulePlan OfDue(ScheduleOptions options, ScheduleMemory memory, string host, DateTimeOffset due, int missed, DateTimeOffset now)
    {
        var begins = Start(options, host, due);
        if (begins < now) begins = BlackoutWindow.PutOff(now, options.Blackout, options.Zone);
        if (begins > now) return new SchedulePlan(ScheduleStep.Wait, due, begins, "put off by jitter or blackout") { Missed = missed };
        if (memory.Active is { } active) return new SchedulePlan(ScheduleStep.Skip, due, now, $"run {active.Id} of this schedule is still {active.State}") { Missed = missed };
        return new SchedulePlan(ScheduleStep.Begin, due, now, missed > 0 ? $"{missed} earlier {(missed == 1 ? "time was" : "times were")} missed, and this one run stands for all" : "it is time") { Missed = missed };
    }

    /// <summary>Null: there is nothing to try again.</summary>
    private static SchedulePlan? OfRetry(ScheduleOptions options, ScheduleMemory memory, DateTimeOffset next, DateTimeOffset now)
    {
        if (memory.Runs is not [{ DueAt: { } due, FinishedAt: { } ended } last, ..] runs || !(last.State == RunState.Failed || IsCutOff(last)) || due < memory.Row.Since || IsFoundOut(last)) return null;
        var attempts = runs.Count;
        var grace = RetryPause.Grace(options.Grace, Next(options, due) - due);
        // The first that was cut off was missed, and is caught up like any other, however long ago it was.
        var caughtUp = IsCutOff(last) && runs.Count(IsCutOff) == 1;
        // One that ended later than now was seen by a clock that has been put back since.
        var begins = caughtUp || ended > now ? now : ended + RetryPause.After(attempts, grace);
        var at = BlackoutWindow.PutOff(begins < now ? now : begins, options.Blackout, options.Zone);
        var until = (runs[^1].QueuedAt ?? runs[^1].StartedAt) + grace;
        if ((!caughtUp && at > until) || at >= next) return null;
        var words = $"attempt {attempts + 1}: run {last.Id} {(IsCutOff(last) ? "was cut off" : $"failed ({last.ErrorCode})")}";
        return at > now ? new SchedulePlan(ScheduleStep.Wait, due, at, words) { Attempt = attempts + 1 } : new SchedulePlan(ScheduleStep.Begin, due, now, words) { Attempt = attempts + 1 };
    }

    /// <summary>A drill that found a bad backup has done its work: another, of a better one, would end the notice.</summary>
    private static bool IsFoundOut(RunRow run) => run.Kind == RunKind.Drill.Name && run.ErrorCode == FaultCode.Verification.Name;

    /// <summary>By a kill, or by the end of the service. Whom somebody asked to stop is not begun again.</summary>
    private static bool IsCutOff(RunRow run) => run.State == RunState.Interrupted || (run.State == RunState.Cancelled && run.ErrorCode == FaultCode.Interrupted.Name);

    /// <summary>A schedule has a next time: the configuration refuses one that has none.</summary>
    private static DateTimeOffset Next(ScheduleOptions options, DateTimeOffset after) => options.Next(after) ?? DateTimeOffset.MaxValue;

    /// <summary>How many times of the schedule lie between, neither of them counted; more than a thousand are a thousand.</summary>
    private static int Between(ScheduleOptions options, DateTimeOffset after, DateTimeOffset before)
    {
        const int most = 1_000;
        var count = 0;
        for (var at = Next(options, after); at < before && count < most; at = Next(options, at)) count++;
        return count;
    }
}
