using Tidemark.BaseBackups;
using Tidemark.Configuration;
using Tidemark.Dumps;

namespace Tidemark.Retention.Bases;

/// <summary>What stays and what goes of base backups and their WAL today, and why; pure.</summary>
/// <remarks>
/// The rules are those of dumps, and the newest good one never goes, nor the newest proven one, with the log up to the moment that was proven. Every backup restores by itself, so an increment holds no parent: it names its packs itself.
/// A backup that is being taken does hold its parent. While the newest one is damaged nothing goes at all: what it shares with others may be what is damaged.
/// </remarks>
internal static class BaseRetentionPlanner
{
    public static BaseRetentionPlan Plan(BaseRetentionFacts facts, RetentionPolicy policy, DateTimeOffset now)
    {
        var present = facts.Entries.Where(entry => entry.State != BaseState.Interrupted).ToList();
        var leaving = present.Where(entry => IsLeaving(entry, now)).ToList();
        var leftAlone = present.Where(entry => !IsLeaving(entry, now) && (entry.Refs is null || entry.State == BaseState.Unauthenticated)).ToList();
        var items = present.Except(leaving).Except(leftAlone).Select(entry => new BaseItem(entry, now)).OrderByDescending(item => item.Time).ThenBy(item => item.Id, StringComparer.Ordinal).ToList();
        var counted = items.Where(item => item.IsGood && !DumpEntry.IsAhead(item.Time, now)).ToList();
        var rules = new RetentionRules(policy, now, counted);
        var window = policy.Window is { } far ? RecoveryWindow.Of(counted, facts.Coverage, now - far) : new HashSet<BaseItem>();
        var parents = facts.Entries.Select(entry => entry.Intent?.Parent).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var damaged = items.FirstOrDefault(item => !DumpEntry.IsAhead(item.Time, now)) is { IsGood: false } newest ? newest : null;
        var standIn = counted is [var last, ..] ? last : null;
        var proven = counted.FirstOrDefault(item => item.Proof is not null);

        List<BaseDecision> decisions = [.. items.Select(item => Decide(item, rules, [.. OwnReasons(item, proven, window, parents, policy)], damaged, standIn, now))];
        var since = decisions.Where(decision => decision.IsContinuous).Select(decision => decision.Item).ToList();
        return new BaseRetentionPlan(facts, now, policy, decisions, leaving, leftAlone, WalKeeping.Of(facts, since, proven?.ProvenWal, damaged is not null), [.. BaseRetentionRemarks.Of(decisions, damaged, leftAlone, now)]) { Damaged = damaged };
    }

    /// <summary>A pin lifts a tombstone.</summary>
    public static bool IsLeaving(BaseEntry entry, DateTimeOffset now) => entry.Marks.Tombstone is not null && !entry.Marks.IsPinned(now);

    private static IEnumerable<KeepReason> OwnReasons(BaseItem item, BaseItem? proven, IReadOnlySet<BaseItem> window, HashSet<string> parents, RetentionPolicy policy)
    {
        if (ReferenceEquals(item, proven)) yield return new KeepReason("lastProven", "last proven one");
        if (window.Contains(item)) yield return new KeepReason("window", $"needed for any second of {new Duration(policy.Window!.Value)}");
        if (parents.Contains(item.Id)) yield return new KeepReason("building", "a backup is being built on it");
    }

    private static BaseDecision Decide(BaseItem item, RetentionRules rules, IReadOnlyList<KeepReason> own, BaseItem? damaged, BaseItem? standIn, DateTimeOffset now)
    {
        var reasons = rules.ReasonsFor(item, own).ToList();
        if (DumpEntry.IsAhead(item.Time, now)) reasons.Add(new KeepReason("ahead", "its recovery point is ahead of the clock"));
        if (reasons.Count == 0 && standIn is null) reasons.Add(new KeepReason("noGood", "there is no good one yet"));
        if (reasons.Count == 0 && damaged is not null) reasons.Add(new KeepReason("held", "the newest one is damaged"));
        return new BaseDecision(item, reasons, reasons.Count == 0 ? rules.ExpiryOf(item) : null) { StandIn = reasons.Count == 0 ? standIn : null };
    }
}
