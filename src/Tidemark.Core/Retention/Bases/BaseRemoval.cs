using Tidemark.BaseBackups;

namespace Tidemark.Retention.Bases;

/// <summary>A base backup that somebody asks to go by name; pure.</summary>
internal static class BaseRemoval
{
    /// <summary>Rules that hold against everybody. The others only say what nobody needs to remove by hand.</summary>
    private static readonly string[] Firm = ["lastGood", "lastProven", "pinned", "building", "noGood"];

    /// <param name="backup">Which.</param>
    /// <param name="plan">Of its life of the cluster, as its store is now.</param>
    /// <param name="why">In the words of whoever asks.</param>
    /// <returns>Null: it has expired already.</returns>
    /// <exception cref="Fault">5: it is held, or it is not ours.</exception>
    public static BaseDecision? Of(StoredBackup backup, BaseRetentionPlan plan, string why)
    {
        if (plan.Leaving.Any(entry => entry.Id == backup.Entry.Id)) return null;
        var decision = plan.Decisions.FirstOrDefault(one => one.Item.Id == backup.Id)
            ?? throw new Fault(FaultCode.Refused, "this base backup is not ours to remove") { Where = backup.Key, Why = backup.Entry.Why ?? "it went away meanwhile", Next = $"tidemark show {backup.Id}" };
        var standIn = plan.Decisions.FirstOrDefault(one => one.Reasons.Any(reason => reason.Rule == "lastGood"))?.Item;
        if (decision.Reasons.FirstOrDefault(reason => Firm.Contains(reason.Rule)) is { } held) throw Held(backup, held.Text, held.Rule switch { "pinned" => $"tidemark unpin {backup.Id}", "lastProven" => "tidemark drill run latest --kind base # of a newer one: then this one can go", _ => "tidemark backup --kind base # then this one can go" });
        if (standIn is null) throw Held(backup, "there is no good one yet", "tidemark backup --kind base # then this one can go");
        // What a damaged one shares with others may be what is damaged: it alone may go before there is a good one behind it.
        if (decision.Item.IsGood && plan.Damaged is { } damaged) throw Held(backup, $"the newest one, {damaged.Id}, is damaged", "tidemark backup --kind base # then this one can go");
        return decision with { Reasons = [], Expiry = new Expiry("asked", why), StandIn = standIn };
    }

    private static Fault Held(StoredBackup backup, string why, string next) => new(FaultCode.Refused, "this backup must not go") { Where = backup.Key, Why = why, Next = next };
}
