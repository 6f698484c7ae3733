using Tidemark.Hosting;
using Tidemark.Protection;
using Tidemark.Retention;

namespace Tidemark.Cli.Output;

/// <summary>A retention plan for people, and what became of it.</summary>
internal static class PruneText
{
    private const int Width = 80, Indent = 46;

    public static void TellPlan(Terminal terminal, RetentionPlan plan, IReadOnlyList<ObjectiveOutlook> objectives, bool dryRun, bool hasBases)
    {
        terminal.Say($"retention: {plan.Policy.InWords()}");
        foreach (var group in plan.Groups)
        {
            terminal.Say();
            terminal.Say($"{group.InWords}: {group.Decisions.Count} backups, {group.Stays.Count()} stay, {group.Goes.Count()} go");
            foreach (var line in RetentionCalendar.Of(group)) terminal.Say(line);
            terminal.Say($"  {RetentionCalendar.Legend}");
            if (dryRun && group.Stays.Any()) terminal.Say("stays");
            if (dryRun) foreach (var stays in group.Stays) TellOne(terminal, stays, string.Join(", ", stays.Reasons.Select(reason => reason.Text)));
            if (group.Goes.Any()) terminal.Say("goes");
            foreach (var goes in group.Goes) TellOne(terminal, goes, goes.Expiry!.Text);
            TellRecoveryPoints(terminal, group);
            foreach (var remark in group.Remarks) terminal.Remark($"{group.InWords}: {remark}");
        }
        terminal.Say();
        if (plan.LeftAlone.Count > 0) terminal.Say($"left alone, as never ours to remove: {plan.LeftAlone.Count} without a manifest to rely on");
        if (plan.Groups.Count == 0 && !hasBases) terminal.Say("no backups of ours are here: nothing goes");
        foreach (var part in plan.Unseen) terminal.Remark($"warning: {part}");
        foreach (var line in Objectives(objectives)) terminal.Say(line);
    }

    /// <param name="terminal">Where to speak.</param>
    /// <param name="plan">What was to be done.</param>
    /// <param name="outcomes">Null for a dry run.</param>
    public static void TellOutcome(Terminal terminal, RetentionPlan plan, IReadOnlyList<PruneOutcome>? outcomes)
    {
        foreach (var outcome in outcomes ?? [])
            if (outcome.Fault is { } fault) terminal.Remark($"not removed: {outcome.Entry.Key}: {fault.What}{(fault.Why is { } why ? $" ({why})" : "")}; the next prune tries again");
        var freed = Sizes.InWords(PruneDocument.Freed(plan, outcomes));
        terminal.Say(outcomes is null ? $"nothing was removed (--dry-run); tidemark prune would free {freed}" : $"removed {outcomes.Count(outcome => outcome.Fault is null)} of {outcomes.Count}, freed {freed}");
    }

    /// <summary>One line where all is well.</summary>
    public static IEnumerable<string> Objectives(IReadOnlyList<ObjectiveOutlook> objectives)
    {
        if (!objectives.Any(one => !one.BreachedNow)) yield return "objectives: none would break";
        foreach (var one in objectives)
            yield return one.BreachedNow ? $"objectives: {one.Objective} of \"{one.Database}\" is breached already{(one.BreachedAfter ? "" : ", and would no longer be judged so")}" : $"objectives: {one.Objective} of \"{one.Database}\" would break";
    }

    private static void TellRecoveryPoints(Terminal terminal, RetentionGroup group)
    {
        var (before, after) = (group.RecoveryPoints(after: false), group.RecoveryPoints(after: true));
        if (after.Count == 0) return;
        terminal.Say($"recovery points: {(before.Count == after.Count ? $"{after.Count}, none is lost" : $"{before.Count} now, {after.Count} after")}; the newest stays {At(after[^1])}");
        if (before[0] != after[0]) terminal.Say($"  the oldest: {At(before[0])} now, {At(after[0])} after; no way back before");
    }

    private static void TellOne(Terminal terminal, RetentionDecision decision, string why) => TellOne(terminal, decision.Entry.Id, decision.Entry.Time, decision.Bytes, why);

    public static void TellOne(Terminal terminal, string id, DateTimeOffset time, long bytes, string why)
    {
        var line = $"  {id}  {time.UtcDateTime:yyyy-MM-dd HH:mm}  {Sizes.InWords(bytes),8}  ";
        foreach (var word in why.Split(' '))
            if (line.Length + word.Length > Width && line.Length > Indent)
            {
                terminal.Say(line.TrimEnd());
                line = new string(' ', Indent) + word + " ";
            }
            else line += word + " ";
        terminal.Say(line.TrimEnd());
    }

    private static string At(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm}Z";
}
