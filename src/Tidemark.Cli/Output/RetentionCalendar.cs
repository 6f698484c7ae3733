using System.Globalization;
using Tidemark.Dumps;
using Tidemark.Retention;

namespace Tidemark.Cli.Output;

/// <summary>A line a month, a sign a day: what stays and what goes, at one look and within 80 columns. Months without a backup are left out.</summary>
internal static class RetentionCalendar
{
    public const string Legend = "# stays   P pinned   - goes   + some stay, some go   ! stays, not good";

    public static IEnumerable<string> Of(RetentionGroup group)
    {
        yield return "           1   5    10   15   20   25   30";
        foreach (var month in group.Decisions.GroupBy(decision => (decision.Entry.Time.UtcDateTime.Year, decision.Entry.Time.UtcDateTime.Month)).OrderBy(month => month.Key))
        {
            var days = month.GroupBy(decision => decision.Entry.Time.UtcDateTime.Day).ToDictionary(day => day.Key, Sign);
            var signs = Enumerable.Range(1, DateTime.DaysInMonth(month.Key.Year, month.Key.Month)).Select(day => days.GetValueOrDefault(day, '.'));
            yield return string.Create(CultureInfo.InvariantCulture, $"  {month.Key.Year:0000}-{month.Key.Month:00}  {string.Concat(signs),-31}  {Count(month)}");
        }
    }

    private static char Sign(IEnumerable<RetentionDecision> day)
    {
        var (stays, goes) = (day.Where(decision => decision.Expiry is null).ToList(), day.Any(decision => decision.Expiry is not null));
        return stays.Count == 0 ? '-' : goes ? '+' : stays.Any(decision => decision.Reasons.Any(reason => reason.Rule == "pinned")) ? 'P' : stays.Any(decision => decision.Entry.State == DumpState.Good) ? '#' : '!';
    }

    private static string Count(IEnumerable<RetentionDecision> month)
    {
        var goes = month.Count(decision => decision.Expiry is not null);
        var stays = month.Count() - goes;
        return goes == 0 ? $"{stays} stay" : stays == 0 ? $"{goes} go" : $"{stays} stay, {goes} go";
    }
}
