using Tidemark.Journal;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>What the service does by itself.</summary>
/// <param name="At">The moment.</param>
/// <param name="SaidBy">Where the schedules were said; "default" where nobody did.</param>
/// <param name="Followed">Whether a service runs here that follows them.</param>
/// <param name="Schedules">Each of them.</param>
internal sealed record SchedulesDocument(DateTimeOffset At, string SaidBy, bool Followed, IReadOnlyList<ScheduleDocument> Schedules)
{
    /// <param name="workbench">Whose schedules.</param>
    /// <param name="fires">How many of the next times of each.</param>
    public static SchedulesDocument Of(Workbench workbench, int fires)
    {
        var now = workbench.Clock.GetUtcNow();
        using var journal = JournalReader.Open(workbench.State);
        return new SchedulesDocument(now, workbench.Options.SchedulesSaidBy ?? "default", SchedulerLock.IsHeld(workbench.State, workbench.Clock),
            [.. workbench.Options.Schedules.Select(schedule => ScheduleDocument.Of(schedule, workbench.Options, journal, fires, now))]);
    }
}
