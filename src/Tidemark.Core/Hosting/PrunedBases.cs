using Tidemark.Retention;
using Tidemark.Retention.Bases;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>The base backups and the WAL of one life of the cluster in one store.</summary>
/// <param name="Store">Its address.</param>
/// <param name="SystemIdentifier">Of the cluster.</param>
/// <param name="Stay">Newest first.</param>
/// <param name="Expire">They can be restored until they are swept.</param>
/// <param name="Expired">Ids of those that expired before, and are still there.</param>
/// <param name="LeftAlone">Ids of those that no rule may take.</param>
/// <param name="Wal">What stays, and what goes now.</param>
/// <param name="Swept">Null in a dry run.</param>
/// <param name="Remarks">What an operator should know, in sentences.</param>
internal sealed record PrunedBases(string Store, string SystemIdentifier, IReadOnlyList<StayingClusterBackup> Stay, IReadOnlyList<ExpiringClusterBackup> Expire, IReadOnlyList<string> Expired, IReadOnlyList<string> LeftAlone, PrunedWal Wal, SweptPacks? Swept, IReadOnlyList<string> Remarks)
{
    /// <param name="outlook">What would be done.</param>
    /// <param name="report">What was; null: it was a dry run.</param>
    public static PrunedBases Of(BaseOutlook outlook, BasePruneReport? report)
    {
        var plan = outlook.Plan;
        return new PrunedBases(outlook.Store.Address, $"{plan.Facts.Life.SystemIdentifier}",
            [.. plan.Stays.Select(one => new StayingClusterBackup(one.Item.Id, one.Item.Time, one.Item.Entry.Refs!.PackBytes, one.Item.StateInWords, one.Reasons))],
            [.. plan.Goes.Select(one => new ExpiringClusterBackup(one.Item.Id, one.Item.Time, one.Item.Entry.Refs!.PackBytes, one.Item.StateInWords, one.Expiry!.Rule, one.Expiry.Text))],
            [.. plan.Leaving.Select(entry => entry.Id.Text)], [.. plan.LeftAlone.Select(entry => entry.Id.Text)], PrunedWal.Of(plan, report?.Wal ?? outlook.Wal),
            report is null ? null : new SweptPacks(report.Sweep.Packs, report.Sweep.Bytes, report.Sweep.Backups, report.Sweep.GivenUp, report.Sweep.Waiting, report.Sweep.WaitingBytes, report.Held), plan.Remarks);
    }
}

internal sealed record StayingClusterBackup(string Id, DateTimeOffset RecoveryPoint, long Size, string State, IReadOnlyList<KeepReason> Reasons);

internal sealed record ExpiringClusterBackup(string Id, DateTimeOffset RecoveryPoint, long Size, string State, string Rule, string Why);

/// <param name="SegmentsStay">That stay.</param>
/// <param name="BytesStay">Of these, as stored.</param>
/// <param name="SegmentsGo">That go, or went.</param>
/// <param name="BytesGo">Of these, as stored.</param>
/// <param name="First">The first that goes; null: none does.</param>
/// <param name="Last">The last that goes.</param>
/// <param name="AllStays">Why all of it stays; null: some may go.</param>
/// <param name="Since">From when on any second can be reached, as far as the WAL has no gap; null: from none.</param>
internal sealed record PrunedWal(int SegmentsStay, long BytesStay, int SegmentsGo, long BytesGo, string? First, string? Last, string? AllStays, DateTimeOffset? Since)
{
    public static PrunedWal Of(BaseRetentionPlan plan, WalOutlook wal) => new(wal.SegmentsStay, wal.BytesStay, wal.SegmentsGo, wal.BytesGo, wal.First?.ToString(), wal.Last?.ToString(), plan.Wal.WhyAll, plan.Wal.Since?.Time);
}

/// <param name="Packs">That were removed.</param>
/// <param name="Bytes">Of these.</param>
/// <param name="Backups">Ids of backups that are gone.</param>
/// <param name="GivenUp">Ids of runs that were.</param>
/// <param name="Waiting">Packs that nothing needs, and whose time has not come.</param>
/// <param name="WaitingBytes">Of these.</param>
/// <param name="Held">Why not all went, a sentence each.</param>
internal sealed record SweptPacks(int Packs, long Bytes, IReadOnlyList<string> Backups, IReadOnlyList<string> GivenUp, int Waiting, long WaitingBytes, IReadOnlyList<string> Held);
