using System.Globalization;
using Tidemark.Dumps;
using Tidemark.Retention;
using Tidemark.Retention.Bases;

namespace Tidemark.Cli.Output;

/// <summary>A line a month, a sign a day: what stays and what goes, at one look and within 80 columns. Months without a backup are left out.</summary>
internal static class RetentionCalendar
{
    public const string Legend = "# stays   P pinned   - goes   + some stay, some go   ! stays, not good";

    public static IEnumerable<string> Of(RetentionGroup group) =>
        Of(group.Decisions.Select(decision => new CalendarDay(decision.Entry.Time, decision.Reasons, decision.Entry.State == DumpState.Good)));

    public static IEnumerable<string> Of(BaseRetentionPlan plan) => Of(plan.Decisions.Select(decision => new CalendarDay(decision.Item.Time, decision.Reasons, decision.Item.IsGood)));

    private static IEnumerable<string> Of(IEnumerable<CalendarDay> decisions)
    {
        yield return "           1   5    10   15   20   25   30";
        foreach (var month in decisions.GroupBy(one => (one.Time.UtcDateTime.Year, one.Time.UtcDateTime.Month)).OrderBy(month => month.Key))
        {
            var days = month.GroupBy(one => one.Time.UtcDateTime.Day).ToDictionary(day => day.Key, Sign);
            var signs = Enumerable.Range(1, DateTime.DaysInMonth(month.Key.Year, month.Key.Month)).Select(day => days.GetValueOrDefault(day, '.'));
            yield return string.Create(CultureInfo.InvariantCulture, $"  {month.Key.Year:0000}-{month.Key.Month:00}  {string.Concat(signs),-31}  {Count(month)}");
        }
    }

    private static char Sign(IEnumerable<CalendarDay> day)
    {
        var (stays, goes) = (day.Where(one => one.Stays).ToList(), day.Any(one => !one.Stays));
        return stays.Count == 0 ? '-' : goes ? '+' : stays.Any(one => one.Reasons.Any(reason => reason.Rule == "pinned")) ? 'P' : stays.Any(one => one.IsGood) ? '#' : '!';
    }

    private static string Count(IEnumerable<CalendarDay> month)
    {
        var goes = month.Count(one => !one.Stays);
        var stays = month.Count() - goes;
        return goes == 0 ? $"{stays} stay" : stays == 0 ? $"{goes} go" : $"{stays} stay, {goes} go";
    }

    /// <param name="Time">The recovery point.</param>
    /// <param name="Reasons">None: it goes.</param>
    /// <param name="IsGood">It can be restored.</param>
    private sealed record CalendarDay(DateTimeOffset Time, IReadOnlyList<KeepReason> Reasons, bool IsGood)
    {
        public bool Stays => Reasons.Count > 0;
    }
}
