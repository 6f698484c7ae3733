using Tidemark.BaseBackups;
using Tidemark.Configuration;

namespace Tidemark.Retention.Bases;

/// <summary>What the policy means for the base backups of one life of the cluster in one store: what stays and why, what goes and why, and which WAL.</summary>
/// <param name="Facts">What it was made of.</param>
/// <param name="At">The moment.</param>
/// <param name="Policy">The rules.</param>
/// <param name="Decisions">Newest first.</param>
/// <param name="Leaving">Those with a tombstone: they can still be restored until they are swept.</param>
/// <param name="LeftAlone">Not ours to remove, with a sentence each.</param>
/// <param name="Wal">Which WAL stays.</param>
/// <param name="Remarks">What an operator should know, in sentences.</param>
internal sealed record BaseRetentionPlan(
    BaseRetentionFacts Facts, DateTimeOffset At, RetentionPolicy Policy, IReadOnlyList<BaseDecision> Decisions, IReadOnlyList<BaseEntry> Leaving, IReadOnlyList<BaseEntry> LeftAlone, WalKeeping Wal, IReadOnlyList<string> Remarks)
{
    public IEnumerable<BaseDecision> Stays => Decisions.Where(decision => decision.Expiry is null);

    public IEnumerable<BaseDecision> Goes => Decisions.Where(decision => decision.Expiry is not null);

    /// <summary>The newest one, where it is; null: it is good, or there is none.</summary>
    public BaseItem? Damaged { get; init; }

    public string InWords => $"base backups of server {Facts.Life.SystemIdentifier}";
}

/// <summary>What becomes of one base backup.</summary>
/// <param name="Item">Which.</param>
/// <param name="Reasons">Why it stays; empty when it goes. Beyond those of dumps: window, building, held.</param>
/// <param name="Expiry">Why it goes; null when it stays.</param>
internal sealed record BaseDecision(BaseItem Item, IReadOnlyList<KeepReason> Reasons, Expiry? Expiry)
{
    /// <summary>For one that goes: the newest good one, without which it would not go.</summary>
    public BaseItem? StandIn { get; init; }

    /// <summary>Any second since it is to be reached, and not its own moment alone.</summary>
    public bool IsContinuous => Item.IsGood && Reasons.Any(reason => !Moments.Contains(reason.Rule));

    /// <summary>Rules that keep a moment.</summary>
    private static readonly string[] Moments = ["lastProven", "pinned", "building", "daily", "weekly", "monthly", "yearly"];
}
