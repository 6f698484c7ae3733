using Tidemark.Journal;
using Tidemark.Retention;
using Tidemark.Runs;

namespace Tidemark.Notifications;

/// <summary>Whether old backups go when they should; pure.</summary>
internal static class PruneConditions
{
    public static readonly IReadOnlyList<string> Causes = [Cause.PruneBehind, Cause.PruneHeld];

    /// <summary>For the purge that follows a backup.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <param name="plan">Of this moment.</param>
    /// <param name="lastSucceeded">The last successful run of each kind and database.</param>
    public static IEnumerable<Condition> Of(RetentionPlan plan, IReadOnlyList<RunRow> lastSucceeded)
    {
        foreach (var group in plan.Groups.Where(group => !group.Adopted))
        {
            if (group.Decisions.FirstOrDefault(decision => decision.Reasons is [{ Rule: "lastGood" }]) is { } held)
                yield return Condition(group, Cause.PruneHeld, $"the backup {held.Entry.Id} of {held.Entry.Time.UtcDateTime:yyyy-MM-dd HH:mm}Z is past every rule, and stays only because none that is newer is good", "tidemark backup");
            if (lastSucceeded.FirstOrDefault(run => run.Kind == RunKind.Backup.Name && run.Database == group.Database) is { FinishedAt: { } end } run && Left(plan, group, run.StartedAt, end) is > 0 and var left)
                yield return Condition(group, Cause.PruneBehind, $"the last backup should have removed {left} that no rule keeps{(group.Store is { } store ? $" in {store}" : "")}, and they are still there", "tidemark prune");
        }
    }

    /// <summary>How many the backup that ended then should have removed. It removes nothing where it did not get to itself.</summary>
    private static int Left(RetentionPlan plan, RetentionGroup group, DateTimeOffset began, DateTimeOffset ended) =>
        plan.At - ended < Grace || group.Decisions.Max(decision => decision.Entry.Time) < began ? 0
            : RetentionPlanner.Plan(group.Decisions.Select(decision => decision.Item), plan.Policy, ended).Goes.Count();

    private static Condition Condition(RetentionGroup group, string cause, string text, string next) =>
        new() { Database = group.Database, Cause = cause, Place = group.Store ?? "", Severity = Severity.Warning, Text = text, Next = next };
}
