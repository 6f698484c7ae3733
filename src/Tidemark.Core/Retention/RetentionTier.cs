using System.Globalization;
using Tidemark.Configuration;

namespace Tidemark.Retention;

/// <summary>A rule that keeps one backup a period: the newest good one, as its last word. All periods are UTC.</summary>
/// <remarks>Only periods with a good one count, so that neither failing days nor a clock that jumps use the tier up.</remarks>
/// <param name="Rule">Its stable word.</param>
/// <param name="Period">For people.</param>
/// <param name="PeriodOf">The same number for two moments of one period.</param>
/// <param name="CountOf">How many periods the policy keeps; null: it has no such rule.</param>
internal sealed record RetentionTier(string Rule, string Period, Func<DateTime, int> PeriodOf, Func<RetentionPolicy, int?> CountOf)
{
    public static readonly IReadOnlyList<RetentionTier> All =
    [
        new("daily", "day", at => (int)(at.Ticks / TimeSpan.TicksPerDay), policy => policy.Daily),
        new("weekly", "week", at => ISOWeek.GetYear(at) * 100 + ISOWeek.GetWeekOfYear(at), policy => policy.Weekly),
        new("monthly", "month", at => at.Year * 100 + at.Month, policy => policy.Monthly),
        new("yearly", "year", at => at.Year, policy => policy.Yearly),
    ];

    /// <summary>For each period that the tier keeps, the backup that stands for it.</summary>
    /// <param name="counted">Good ones, newest first.</param>
    /// <param name="count">Periods to keep.</param>
    public IReadOnlyDictionary<int, IExpiring> Holders(IEnumerable<IExpiring> counted, int count) =>
        counted.GroupBy(item => PeriodOf(item.Time.UtcDateTime)).Take(count).ToDictionary(period => period.Key, period => period.First());
}
