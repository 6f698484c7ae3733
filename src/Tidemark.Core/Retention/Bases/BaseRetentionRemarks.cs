using Tidemark.BaseBackups;

namespace Tidemark.Retention.Bases;

/// <summary>What a plan should make its reader look at.</summary>
internal static class BaseRetentionRemarks
{
    /// <param name="decisions">Newest first.</param>
    /// <param name="damaged">The newest one, where that is damaged.</param>
    /// <param name="leftAlone">Not ours.</param>
    /// <param name="now">The moment of the plan.</param>
    public static IEnumerable<string> Of(IReadOnlyList<BaseDecision> decisions, BaseItem? damaged, IReadOnlyList<BaseEntry> leftAlone, DateTimeOffset now)
    {
        if (damaged is not null) yield return $"the newest, {damaged.Id} of {At(damaged.Time)}, is damaged: nothing goes, neither backups nor WAL, until there is a newer one; take one: tidemark backup --kind base";
        foreach (var ahead in decisions.Where(decision => decision.Reasons.Any(reason => reason.Rule == "ahead")))
            yield return $"{ahead.Item.Id} is of {At(ahead.Item.Time)}, ahead of this machine's clock: one of two clocks is or was wrong";
        foreach (var decision in decisions)
            if (decision.Item.Pin is { Finding: { } finding }) yield return $"{decision.Item.Id} counts as pinned: its pin cannot be read ({finding}); tidemark unpin {decision.Item.Id} takes it off";
            else if (decision.Item.Pin is { Until: { } until } pin && !pin.Holds(now)) yield return $"the pin of {decision.Item.Id} ended {At(until)} ({pin.Reason}); it {(decision.Expiry is null ? "stays for other reasons" : "goes")}";
        foreach (var entry in leftAlone) yield return $"{entry.Id} is left alone, as no rule may take it: {entry.Why}";
    }

    private static string At(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm}Z";
}
