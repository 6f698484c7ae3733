namespace Tidemark.Retention;

/// <summary>What a plan should make its reader look at: a newest dump that is not good, wrong clocks, pins that ended or cannot be read.</summary>
internal static class RetentionRemarks
{
    /// <param name="decisions">Of one database, newest first.</param>
    /// <param name="lastGood">The newest good one that is not ahead of the clock.</param>
    /// <param name="now">The moment of the plan.</param>
    public static IEnumerable<string> Of(IReadOnlyList<RetentionDecision> decisions, RetentionItem? lastGood, DateTimeOffset now)
    {
        if (lastGood is null) yield return "there is no good backup: nothing goes; tidemark verify reads what is there";
        else if (decisions[0] is { Item.IsGood: false } first)
            yield return $"the newest, {first.Entry.Id} of {At(first.Entry.Time)}, is {first.Entry.State.ToString().ToLowerInvariant()} and fills no rule; the last good one is {lastGood.Entry.Id} of {At(lastGood.Entry.Time)}";
        foreach (var ahead in decisions.Where(decision => decision.Reasons.Any(reason => reason.Rule == "ahead")))
            yield return $"{ahead.Entry.Id} is of {At(ahead.Entry.Time)}, ahead of this machine's clock: one of two clocks is or was wrong";
        foreach (var decision in decisions.Where(decision => decision is { Item.ProofFinding: not null, Expiry: null }))
            yield return $"{decision.Entry.Id} may have been proven: {decision.Item.ProofFinding}";
        foreach (var decision in decisions)
            if (decision.Item.Pin is { Finding: { } finding }) yield return $"{decision.Entry.Id} counts as pinned: its pin cannot be read ({finding}); tidemark unpin {decision.Entry.Id} takes it off";
            else if (decision.Item.Pin is { Until: { } until } pin && !pin.Holds(now)) yield return $"the pin of {decision.Entry.Id} ended {At(until)} ({pin.Reason}); it {(decision.Expiry is null ? "stays for other reasons" : "goes")}";
    }

    private static string At(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm}Z";
}
