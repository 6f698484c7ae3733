using System.Text.Json.Serialization;
using Tidemark.Configuration;
using Tidemark.Protection;
using Tidemark.Retention;

namespace Tidemark.Hosting;

/// <summary>What retention keeps and lets go; after a prune that was no dry run also what became of each removal.</summary>
/// <param name="DryRun">Nothing was removed.</param>
/// <param name="At">The moment it was worked out for.</param>
/// <param name="Policy">The rules; null: not given.</param>
/// <param name="Databases">By database and server.</param>
/// <param name="LeftAlone">Keys of files without a manifest that can be relied on.</param>
/// <param name="Unseen">What could not be looked at: a sentence each.</param>
/// <param name="Objectives">Those that are breached, or would be without what goes; empty: none.</param>
/// <param name="BytesFreed">Of the dumps that are gone, or would go.</param>
internal sealed record PruneDocument(bool DryRun, DateTimeOffset At, RetentionPolicy Policy, IReadOnlyList<PrunedDatabase> Databases, IReadOnlyList<string> LeftAlone, IReadOnlyList<string> Unseen, IReadOnlyList<ObjectiveOutlook> Objectives, long BytesFreed)
{
    /// <summary>Base backups and WAL, by store and life of the cluster.</summary>
    public IReadOnlyList<PrunedBases> Bases { get; init; } = [];

    /// <param name="plan">The plan.</param>
    /// <param name="objectives">Breached now or after.</param>
    /// <param name="outcomes">Null for a dry run.</param>
    public static PruneDocument Of(RetentionPlan plan, IReadOnlyList<ObjectiveOutlook> objectives, IReadOnlyList<PruneOutcome>? outcomes)
    {
        var faults = outcomes?.ToDictionary(outcome => outcome.Entry.Path, outcome => outcome.Fault, StringComparer.Ordinal);
        return new PruneDocument(outcomes is null, plan.At, plan.Policy, [.. plan.Groups.Select(group => PrunedDatabase.Of(group, faults))], [.. plan.LeftAlone.Select(entry => entry.Key)], plan.Unseen, objectives, Freed(plan, outcomes));
    }

    /// <summary>What would be done.</summary>
    public static PruneDocument Of(RetentionOutlook outlook)
    {
        var document = Of(outlook.Dumps, outlook.Objectives, null);
        return document with { Unseen = [.. document.Unseen, .. outlook.BasesUnseen], Bases = [.. outlook.Bases.Select(one => PrunedBases.Of(one, null))] };
    }

    /// <summary>Bytes of the dumps that are gone, or would go.</summary>
    public static long Freed(RetentionPlan plan, IReadOnlyList<PruneOutcome>? outcomes) =>
        outcomes is null ? plan.Goes.Sum(decision => decision.Bytes) : outcomes.Where(outcome => outcome.Fault is null).Sum(outcome => outcome.Decision.Bytes);
}

/// <summary>One database of one server, or the adopted backups of a database. Recovery points are those of good backups, before and after; null: none.</summary>
internal sealed record PrunedDatabase(string Database, string? SystemIdentifier, bool Adopted, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Store, IReadOnlyList<StayingBackup> Stay, IReadOnlyList<GoingBackup> Go,
    int RecoveryPointsBefore, int RecoveryPointsAfter, DateTimeOffset? OldestBefore, DateTimeOffset? OldestAfter, IReadOnlyList<string> Remarks)
{
    public static PrunedDatabase Of(RetentionGroup group, IReadOnlyDictionary<string, Fault?>? faults)
    {
        var (before, after) = (group.RecoveryPoints(after: false), group.RecoveryPoints(after: true));
        return new PrunedDatabase(group.Database, group.SystemIdentifier, group.Adopted, group.Store, [.. group.Stays.Select(StayingBackup.Of)], [.. group.Goes.Select(decision => GoingBackup.Of(decision, faults))],
            before.Count, after.Count, before.Count == 0 ? null : before[0], after.Count == 0 ? null : after[0], group.Remarks);
    }
}

internal sealed record StayingBackup(string Id, string File, DateTimeOffset RecoveryPoint, long Size, string State, IReadOnlyList<KeepReason> Reasons)
{
    public static StayingBackup Of(RetentionDecision decision) =>
        new(decision.Entry.Id, decision.Entry.Key, decision.Entry.Time, decision.Bytes, BackupDocument.StateOf(decision.Entry), decision.Reasons);
}

/// <param name="Id">Of the backup.</param>
/// <param name="File">Its key.</param>
/// <param name="RecoveryPoint">The moment that is lost with it.</param>
/// <param name="Size">Bytes on the disk.</param>
/// <param name="State">good, unchecked, damaged or missing.</param>
/// <param name="Rule">The rule that let it go.</param>
/// <param name="Why">In words.</param>
/// <param name="Removed">Null in a dry run.</param>
/// <param name="Error">Why it is still there.</param>
internal sealed record GoingBackup(string Id, string File, DateTimeOffset RecoveryPoint, long Size, string State, string Rule, string Why, bool? Removed, FaultDetail? Error)
{
    public static GoingBackup Of(RetentionDecision decision, IReadOnlyDictionary<string, Fault?>? faults)
    {
        var fault = faults?[decision.Entry.Path];
        return new GoingBackup(decision.Entry.Id, decision.Entry.Key, decision.Entry.Time, decision.Bytes, BackupDocument.StateOf(decision.Entry), decision.Expiry!.Rule, decision.Expiry.Text, faults is null ? null : fault is null,
            fault is null ? null : FaultDetail.Of(fault));
    }
}
