using CsCheck;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Retention;
using static Tidemark.Tests.Retention.Backups;

namespace Tidemark.Tests.Retention;

/// <summary>Five years of backups, pruned day by day. The expected ones are picked from all that were ever taken, by arithmetic of this test's own.</summary>
public sealed class RetentionYearsTests
{
    private const int Days = 5 * 366;
    private static readonly Gen<int[]> Chances = Gen.Int[0, 479].Array[Days];
    private static readonly DateTimeOffset Begin = new(2024, 1, 1, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(7, null, null, null, null, null)]
    [InlineData(7, null, 14, 8, 12, 5)]
    [InlineData(null, 10, null, null, null, null)]
    [InlineData(null, null, 7, 4, 12, 3)]
    [InlineData(null, null, null, null, 60, null)]
    [InlineData(1, 3, null, 52, null, 2)]
    public void Daily_backups_of_which_some_fail_leave_what_the_rules_say_on_every_day(int? days, int? count, int? daily, int? weekly, int? monthly, int? yearly)
    {
        var policy = new RetentionPolicy(days, count, daily, weekly, monthly, yearly);
        Chances.Sample(chances => _ = Live(policy, chances, perDay: 1, checkEvery: 1), iter: 1);
    }

    [Fact]
    public void Hourly_backups_leave_what_the_rules_say() => Chances.Sample(chances => _ = Live(new RetentionPolicy(2, null, 14, 8, 12, 5), chances, perDay: 24, checkEvery: 61), iter: 1);

    [Fact]
    public void After_five_years_a_daily_weekly_monthly_yearly_policy_has_the_last_of_each_period()
    {
        var kept = Live(new RetentionPolicy(null, Daily: 3, Weekly: 3, Monthly: 3, Yearly: 3), chances: null, perDay: 1, checkEvery: 1);
        // The last day is 2029-01-03, a Wednesday.
        Assert.Equal(["2027-12-31", "2028-11-30", "2028-12-24", "2028-12-31", "2029-01-01", "2029-01-02", "2029-01-03"], kept.Select(item => $"{item.Entry.Time:yyyy-MM-dd}").Order());
    }

    /// <param name="policy">The rules.</param>
    /// <param name="chances">Of one in forty a row of one to twelve failures begins; null: none fails.</param>
    /// <param name="perDay">Backups a day; pruned once a day.</param>
    /// <param name="checkEvery">Days between two comparisons.</param>
    private static List<RetentionItem> Live(RetentionPolicy policy, int[]? chances, int perDay, int checkEvery)
    {
        List<RetentionItem> taken = [], kept = [];
        var failing = 0;
        for (var day = 0; day < Days; day++)
        {
            for (var i = 0; i < perDay; i++)
            {
                var chance = chances?[(day * perDay + i) % Days] ?? 1;
                if (failing == 0 && chance % 40 == 0) failing = 1 + chance / 40;
                var state = failing == 0 ? DumpState.Good : chance % 2 == 0 ? DumpState.Unchecked : DumpState.Damaged;
                if (failing > 0) failing--;
                var item = At($"{day}-{i}", Begin.AddDays(day).AddHours(i), state);
                taken.Add(item);
                kept.Add(item);
            }

            var now = Begin.AddDays(day).AddHours(perDay);
            var gone = RetentionPlanner.Plan(kept, policy, now).Goes.Select(decision => decision.Item).ToHashSet<RetentionItem>(ReferenceEqualityComparer.Instance);
            kept.RemoveAll(gone.Contains);
            if (day % checkEvery == 0) Assert.True(Expected(taken, policy, now).SetEquals(kept.Select(item => item.Entry.Key)), $"on day {day}");
        }

        return kept;
    }

    private static HashSet<string> Expected(List<RetentionItem> taken, RetentionPolicy policy, DateTimeOffset now)
    {
        var good = taken.Where(item => item.Entry.State == DumpState.Good).Select(item => (item.Entry.Key, item.Entry.Time)).Reverse().ToList();
        var expected = taken.Where(item => item.Entry.State != DumpState.Good && item.Entry.Time >= now.AddDays(-(policy.Days ?? 7))).Select(item => item.Entry.Key).ToHashSet();
        // Before the first good one nothing goes.
        if (good.Count == 0) return [.. taken.Select(item => item.Entry.Key)];
        expected.Add(good[0].Key);
        expected.UnionWith(good.Take(policy.Count ?? 0).Select(one => one.Key));
        if (policy.Days is { } days) expected.UnionWith(good.Where(one => one.Time >= now.AddDays(-days)).Select(one => one.Key));
        Tier(policy.Daily, time => $"{time:yyyy-MM-dd}");
        // A week begins on a Monday; 2024-01-01 is one.
        Tier(policy.Weekly, time => $"{Math.Floor((time - new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalDays / 7)}");
        Tier(policy.Monthly, time => $"{time:yyyy-MM}");
        Tier(policy.Yearly, time => $"{time:yyyy}");
        return expected;

        void Tier(int? count, Func<DateTimeOffset, string> period)
        {
            string? last = null;
            var left = count ?? 0;
            foreach (var (key, time) in good)
            {
                if (left == 0) return;
                if (period(time) == last) continue;
                (last, left) = (period(time), left - 1);
                expected.Add(key);
            }
        }
    }
}
