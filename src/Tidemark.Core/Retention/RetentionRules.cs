using Tidemark.Configuration;

namespace Tidemark.Retention;

/// <summary>The rules of a policy, held against the backups of one database, or one cluster.</summary>
internal sealed class RetentionRules
{
    private readonly RetentionPolicy policy;
    private readonly DateTimeOffset now;
    private readonly IExpiring? lastGood;
    private readonly HashSet<IExpiring> newest;
    private readonly List<(RetentionTier Tier, int Count, IReadOnlyDictionary<int, IExpiring> Holders)> tiers;

    /// <param name="policy">The rules.</param>
    /// <param name="now">The moment that ages are counted from.</param>
    /// <param name="counted">Good ones, newest first, none ahead of the clock.</param>
    public RetentionRules(RetentionPolicy policy, DateTimeOffset now, IReadOnlyList<IExpiring> counted)
    {
        (this.policy, this.now, lastGood) = (policy, now, counted is [var first, ..] ? first : null);
        newest = new HashSet<IExpiring>(counted.Take(policy.Count ?? 0), ReferenceEqualityComparer.Instance);
        tiers = [.. RetentionTier.All.Where(tier => tier.CountOf(policy) is not null).Select(tier => (tier, tier.CountOf(policy)!.Value, tier.Holders(counted, tier.CountOf(policy)!.Value)))];
    }

    /// <param name="item">Which.</param>
    /// <param name="own">Reasons that only its kind of backup knows.</param>
    public IEnumerable<KeepReason> ReasonsFor(IExpiring item, IEnumerable<KeepReason> own)
    {
        if (ReferenceEquals(item, lastGood)) yield return new KeepReason("lastGood", "last good one");
        foreach (var reason in own) yield return reason;
        if (item.Pin is { } pin && pin.Holds(now)) yield return new KeepReason("pinned", $"pinned{(pin.Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "")}: {pin.Reason}");
        if ((item.IsGood ? policy.Days : policy.DaysOfNotGood()) is { } days && now - item.Time <= TimeSpan.FromDays(days)) yield return new KeepReason("age", days == 1 ? "1 day" : $"{days} days");
        if (newest.Contains(item)) yield return new KeepReason("count", policy.Count == 1 ? "the last" : $"last {policy.Count}");
        foreach (var (tier, _, holders) in tiers)
            if (ReferenceEquals(holders.GetValueOrDefault(PeriodOf(tier, item)), item)) yield return new KeepReason(tier.Rule, tier.Period);
    }

    /// <summary>Of one that none of them keeps.</summary>
    public Expiry ExpiryOf(IExpiring item)
    {
        var older = $"older than {(policy.DaysOfNotGood() == 1 ? "1 day" : $"{policy.DaysOfNotGood()} days")}";
        if (!item.IsGood) return new Expiry("age", $"{item.StateInWords}, and {older}");
        List<(string Rule, string Text)> said = [];
        if (policy.Days is not null) said.Add(("age", older));
        if (policy.Count is { } count) said.Add(("count", count == 1 ? "not the last" : $"not of the last {count}"));
        var taken = tiers.Where(tier => tier.Holders.ContainsKey(PeriodOf(tier.Tier, item))).Select(tier => tier.Tier).ToList();
        if (taken.Count > 0) said.Add((taken[0].Rule, $"a newer one stands for its {string.Join(", ", taken.Select(tier => tier.Period))}"));
        said.AddRange(tiers.Where(tier => !taken.Contains(tier.Tier)).Select(tier => (tier.Tier.Rule, $"its {tier.Tier.Period} is not of the last {tier.Count}")));
        return new Expiry(said[0].Rule, string.Join("; ", said.Select(one => one.Text)));
    }

    private static int PeriodOf(RetentionTier tier, IExpiring item) => tier.PeriodOf(item.Time.UtcDateTime);
}
