using Tidemark.Configuration;
using Tidemark.Dumps;

namespace Tidemark.Retention;

/// <summary>What stays and what goes today, and why; pure.</summary>
/// <remarks>
/// The newest good and the newest proven dump of a database never go, nor does a pinned one. A name is not a database: another server's
/// dumps are a group of their own. Adopted ones do not tell their server: they are a group of their own too, stand in for none of ours,
/// and none of them goes before there is a good one of ours. What is not good fills no rule and goes by age alone.
/// </remarks>
internal static class RetentionPlanner
{
    public static RetentionPlan Plan(IEnumerable<RetentionItem> items, RetentionPolicy policy, DateTimeOffset now)
    {
        var all = items.OrderByDescending(item => item.Entry.Time).ThenBy(item => item.Entry.Key, StringComparer.Ordinal).ToList();
        var groups = all.Where(item => item.Entry.Manifest is not null)
            .GroupBy(item => (Database: item.Entry.Database!, System: item.Entry.IsAdopted ? null : item.Entry.Manifest!.SystemIdentifier, Adopted: item.Entry.IsAdopted))
            .OrderBy(group => group.Key.Database, StringComparer.Ordinal).ThenBy(group => group.Key.Adopted).ThenBy(group => group.Key.System, StringComparer.Ordinal).ToList();
        var newestOfOurs = all.Where(item => item.Entry is { Manifest: not null, IsAdopted: false } && Counts(item, now)).GroupBy(item => item.Entry.Database!).ToDictionary(database => database.Key, database => database.First().Entry);
        return new RetentionPlan(now, policy,
        [
            .. groups.Select(group =>
            {
                var counted = group.Where(item => Counts(item, now)).ToList();
                var (rules, lastProven) = (new RetentionRules(policy, now, counted), group.FirstOrDefault(item => IsProven(item) && !item.Entry.IsAhead(now)));
                var standIn = group.Key.Adopted ? newestOfOurs.GetValueOrDefault(group.Key.Database) : counted is [var last, ..] ? last.Entry : null;
                List<RetentionDecision> decisions = [.. group.Select(item => Decide(item, rules, lastProven, item.Entry.IsAhead(now), standIn))];
                return new RetentionGroup(group.Key.Database, group.Key.System, group.Key.Adopted, decisions, [.. RetentionRemarks.Of(decisions, counted is [var newest, ..] ? newest : null, now)]);
            }),
        ], [.. all.Where(item => item.Entry.Manifest is null).Select(item => item.Entry)]);
    }

    private static RetentionDecision Decide(RetentionItem item, RetentionRules rules, RetentionItem? lastProven, bool ahead, DumpEntry? standIn)
    {
        var reasons = rules.ReasonsFor(item, ProofsOf(item, lastProven)).ToList();
        if (ahead) reasons.Add(new KeepReason("ahead", "its recovery point is ahead of the clock"));
        if (reasons.Count == 0 && standIn is null) reasons.Add(new KeepReason("noGood", "there is no good one yet"));
        return new RetentionDecision(item, reasons, reasons.Count == 0 ? rules.ExpiryOf(item) : null) { StandIn = reasons.Count == 0 ? standIn : null };
    }

    private static IEnumerable<KeepReason> ProofsOf(RetentionItem item, RetentionItem? lastProven)
    {
        if (ReferenceEquals(item, lastProven)) yield return new KeepReason("lastProven", "last proven one");
        // One that cannot be read stands in for no other, and holds its own dump unless a newer one is proven.
        if (item is { ProofFinding: not null, Entry.State: DumpState.Good or DumpState.Unchecked } && (lastProven is null || item.Entry.Time >= lastProven.Entry.Time)) yield return new KeepReason("lastProven", "its proof cannot be read");
    }

    private static bool Counts(RetentionItem item, DateTimeOffset now) => item.IsGood && !item.Entry.IsAhead(now);

    /// <summary>A rehearsal read an unchecked one to its end too; what was found damaged since proves nothing any more.</summary>
    private static bool IsProven(RetentionItem item) => item is { ProvenAt: not null, Entry.State: DumpState.Good or DumpState.Unchecked };
}
