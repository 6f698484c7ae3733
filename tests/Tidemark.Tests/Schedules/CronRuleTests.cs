using Tidemark.Configuration;
using Tidemark.Schedules;
using static Tidemark.Tests.Schedules.Times;

namespace Tidemark.Tests.Schedules;

public sealed class CronRuleTests
{
    [Theory]
    // 2026-02-01 is a Sunday. crontab(5): where both days are said, either is enough; 0 and 7 are Sunday.
    [InlineData("0 0 13 * 5", "02-06,02-13,02-20,02-27,03-06")]
    [InlineData("0 0 15 * 1", "02-02,02-09,02-15,02-16,02-23")]
    [InlineData("0 0 * * 0", "02-08,02-15,02-22,03-01,03-08")]
    [InlineData("0 0 * * 7", "02-08,02-15,02-22,03-01,03-08")]
    [InlineData("0 0 * * sun", "02-08,02-15,02-22,03-01,03-08")]
    [InlineData("@weekly", "02-08,02-15,02-22,03-01,03-08")]
    [InlineData("@quarterly", "04-01,07-01,10-01,01-01,04-01")]
    [InlineData("@monthly", "03-01,04-01,05-01,06-01,07-01")]
    [InlineData("0 0 31 * *", "03-31,05-31,07-31,08-31,10-31")]
    [InlineData("0 0 29 2 *", "02-29,02-29,02-29,02-29,02-29")]
    public void Days_are_chosen_as_cron_does(string cron, string expected)
    {
        var (at, times) = (At("2026-02-01 00:00"), new List<string>());
        for (var i = 0; i < 5; i++)
        {
            at = Schedule(cron).Expression.GetNextValidTimeAfter(at)!.Value;
            times.Add($"{at:MM-dd}");
        }
        Assert.Equal(expected.Split(','), times);
    }

    [Theory]
    [InlineData("* * * * *", "every minute")]
    [InlineData("@every-15m", "every 15 minutes")]
    [InlineData("@hourly", "every hour at minute 0")]
    [InlineData("@every-6h", "every 6 hours at minute 0")]
    [InlineData("0 2 * * *", "every day at 02:00")]
    [InlineData("5 14 * * 7", "every Sunday at 14:05")]
    [InlineData("30 22 * * 1-5", "Monday to Friday at 22:30")]
    [InlineData("@monthly", "on day 1 of each month at 00:00")]
    [InlineData("@quarterly", "on day 1 of each quarter at 00:00")]
    [InlineData("*/7 * * * *", "at \"*/7 * * * *\"")]
    [InlineData("0 2 13 * 5", "at \"0 2 13 * 5\"")]
    [InlineData("0 2 * 6 *", "at \"0 2 * 6 *\"")]
    public void What_has_short_words_is_said_in_them(string cron, string expected) => Assert.Equal(expected, CronWords.Of(cron));

    [Theory]
    [InlineData("0 2 * * *", null, 24)]
    [InlineData("@hourly", null, 1)]
    [InlineData("0 2 * * 1-5", null, 72)]
    [InlineData("@weekly", null, 168)]
    [InlineData("@monthly", null, 744)]
    [InlineData("@hourly", "08:00-18:00", 11)]
    public void The_longest_gap_is_that_of_weekends_long_months_and_blackouts(string cron, string? blackout, int hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), Schedule(cron, blackout: blackout).LongestGap());

    [Theory]
    [InlineData("0 2 * * *", "0 14 * * *", 12)]
    [InlineData("@every-15m", "@monthly", 0.25)]
    [InlineData("@weekly", "0 0 * * 3", 96)]
    public void Two_schedules_fill_each_others_gaps(string one, string other, double hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), ScheduleOptions.LongestGap([Schedule(one), Schedule(other)]));

    [Theory]
    [InlineData("2026-11-23 21:59", "2026-11-23 21:59")]
    [InlineData("2026-11-23 22:00", "2026-11-24 07:00")]
    [InlineData("2026-11-24 03:00", "2026-11-24 07:00")]
    [InlineData("2026-11-24 06:30", "2026-11-24 07:00")]
    [InlineData("2026-11-24 07:00", "2026-11-24 07:00")]
    public void Windows_go_over_midnight_and_into_each_other(string at, string expected) =>
        Assert.Equal(At(expected), BlackoutWindow.PutOff(At(at), Schedule("@hourly", blackout: "22:00-06:00,05:30-07:00").Blackout, TimeZoneInfo.Utc));

    [Theory]
    // Berlin: 02:30 is not there on 2026-03-29 and is there twice on 2026-10-25, at 00:30Z and 01:30Z.
    [InlineData("2026-03-29 00:30", "01:00-02:30", "2026-03-29 01:00")]
    [InlineData("2026-10-25 00:10", "01:00-02:30", "2026-10-25 01:30")]
    public void A_window_ends_also_where_its_end_is_skipped_or_comes_twice(string at, string window, string expected) =>
        Assert.Equal(At(expected), BlackoutWindow.PutOff(At(at), Schedule("@hourly", blackout: window).Blackout, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));
}
