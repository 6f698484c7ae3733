using Tidemark.Dumps;

namespace Tidemark.Retention;

/// <summary>A removal that somebody asks for by name; pure.</summary>
internal static class Removal
{
    /// <summary>Rules that hold against everybody. The others only say what nobody needs to remove by hand.</summary>
    private static readonly string[] Firm = ["lastGood", "lastProven", "pinned", "noGood"];

    /// <param name="copy">Of the backup, in one store.</param>
    /// <param name="plan">Of the database, as the stores are now.</param>
    /// <param name="why">In the words of whoever asks.</param>
    /// <exception cref="Fault">5: it is held, or it is not ours.</exception>
    public static RetentionDecision Of(DumpEntry copy, RetentionPlan plan, string why)
    {
        var group = plan.Groups.FirstOrDefault(group => group.Decisions.Any(decision => Is(decision, copy)));
        if (group is null)
            throw new Fault(FaultCode.Refused, "this file is not ours to remove") { Where = copy.Path, Why = copy.Finding ?? "it has no manifest", Next = $"tidemark show {copy.Id}" };
        var decision = group.Decisions.First(decision => Is(decision, copy));
        if (decision.Reasons.FirstOrDefault(reason => Firm.Contains(reason.Rule)) is { } held)
            throw new Fault(FaultCode.Refused, "this backup must not go") { Where = copy.Path, Why = held.Text, Next = held.Rule == "pinned" ? $"tidemark unpin {copy.Id}" : "tidemark backup # then this one can go" };
        var standIn = decision.StandIn ?? group.Decisions.FirstOrDefault(other => other.Reasons.Any(reason => reason.Rule == "lastGood"))?.Entry
            ?? throw new Fault(FaultCode.Refused, "this backup must not go") { Where = copy.Path, Why = "there is no good one of this database yet", Next = "tidemark backup # then this one can go" };
        return decision with { Reasons = [], Expiry = new Expiry("asked", why), StandIn = standIn };
    }

    private static bool Is(RetentionDecision decision, DumpEntry copy) => decision.Entry.Key == copy.Key && decision.Entry.Store == copy.Store;
}
