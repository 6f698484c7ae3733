using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Retention;
using static Tidemark.Tests.Schedules.Times;
using Backups = Tidemark.Tests.Retention.Backups;

namespace Tidemark.Tests.Schedules;

/// <summary>Days and weeks of looks, as the service makes them.</summary>
public sealed class ScheduleLifeTests
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10), Minute = TimeSpan.FromMinutes(1);

    [Theory]
    // By hand, from the rules of cron(8) of Debian: what the clock jumps over in spring runs right after the jump; what it shows twice in autumn runs once.
    // Berlin: UTC+1, from 2026-03-29 01:00Z to 2026-10-25 01:00Z UTC+2. New York: UTC-5, from 2026-03-08 07:00Z to 2026-11-01 06:00Z UTC-4.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28", "03-28 01:30,03-29 01:00,03-30 00:30")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24", "10-24 00:30,10-25 00:30,10-26 01:30")]
    [InlineData("30 2 * * *", "America/New_York", "2026-03-07", "03-07 07:30,03-08 07:00,03-09 06:30")]
    [InlineData("30 1 * * *", "America/New_York", "2026-10-31", "10-31 05:30,11-01 05:30,11-02 06:30")]
    public void A_daily_run_comes_once_a_day_over_the_changes_of_the_clock(string cron, string zone, string from, string expected)
    {
        var life = new ScheduleLife(Schedule(cron, zone), At(from));
        life.Pass(At(from), At(from).AddDays(3), Minute);
        Assert.Equal(expected.Split(','), life.Begun.Select(run => $"{run.Began.UtcDateTime:MM-dd HH:mm}"));
    }

    [Theory]
    [InlineData("2026-03-28 23:00", 23)]
    [InlineData("2026-10-24 22:00", 25)]
    public void An_hourly_run_comes_each_hour_that_passes(string midnight, int hours)
    {
        var life = new ScheduleLife(Schedule("@hourly", "Europe/Berlin"), At(midnight).AddTicks(-1));
        life.Pass(At(midnight), At(midnight).AddHours(hours), Minute);
        Assert.Equal(Enumerable.Range(0, hours).Select(hour => At(midnight).AddHours(hour)), life.Begun.Select(run => run.Began));
    }

    [Fact]
    public void After_two_days_without_a_service_one_run_follows_at_once_and_no_burst()
    {
        var life = new ScheduleLife(Schedule("@hourly"), At("2026-11-20"));
        life.Pass(At("2026-11-20 00:30"), At("2026-11-20 03:30"), Minute);
        life.Pass(At("2026-11-22 03:45"), At("2026-11-22 05:30"), Minute);
        Assert.Equal(["20 01:00", "20 02:00", "20 03:00", "22 03:45", "22 04:00", "22 05:00"], life.Begun.Select(run => $"{run.Began:dd HH:mm}"));
        Assert.Equal(At("2026-11-22 03:00"), life.Begun[3].Due);
    }

    [Fact]
    public void A_clock_put_back_by_half_an_hour_repeats_nothing_and_one_put_back_by_a_year_does_not_keep_it_silent()
    {
        var life = new ScheduleLife(Schedule("@hourly"), At("2026-11-20"));
        life.Pass(At("2026-11-20 00:30"), At("2026-11-20 03:15"), Minute);
        life.Pass(At("2026-11-20 02:45"), At("2026-11-20 04:15"), Minute);
        Assert.Equal(["01:00", "02:00", "03:00", "04:00"], life.Begun.Select(run => $"{run.Began:HH:mm}"));
        life.Begun.Clear();
        life.Pass(At("2027-11-20 00:30"), At("2027-11-20 01:15"), Minute);
        life.Pass(At("2026-11-20 05:30"), At("2026-11-20 08:30"), Minute);
        Assert.Equal(["2027-11-20 00:30", "2027-11-20 01:00", "2026-11-20 05:30", "2026-11-20 06:00", "2026-11-20 07:00", "2026-11-20 08:00"], life.Begun.Select(run => $"{run.Began:yyyy-MM-dd HH:mm}"));
    }

    [Fact]
    public void What_always_fails_is_tried_a_few_times_each_day_and_not_without_end()
    {
        var life = new ScheduleLife(Schedule("0 2 * * *"), At("2026-11-20"));
        life.Pass(At("2026-11-20"), At("2026-11-22"), Ten, _ => RunState.Failed);
        Assert.Equal(["02:00", "02:01", "02:03", "02:07", "02:15", "02:31", "03:01", "03:31"], life.Begun.Take(8).Select(run => $"{run.Began:HH:mm}"));
        Assert.Equal(16, life.Begun.Count);
    }

    [Fact]
    public void Of_a_month_each_day_has_its_backup_and_seven_days_of_them_stay()
    {
        var life = new ScheduleLife(Schedule("0 2 * * *"), At("2026-10-31 12:00"));
        var kept = new List<RetentionItem>();
        for (var now = At("2026-11-01"); now < At("2026-12-01"); now += TimeSpan.FromMinutes(10))
        {
            var before = life.Begun.Count;
            life.Look(now);
            if (life.Begun.Count == before) continue;
            kept.Add(Backups.At($"{now:MM-dd}", now));
            foreach (var goes in RetentionPlanner.Plan(kept, new RetentionPolicy(7), now).Goes) kept.RemoveAll(item => item.Entry.Key == goes.Entry.Key);
        }
        Assert.Equal(Enumerable.Range(1, 30).Select(day => $"11-{day:00} 02:00"), life.Begun.Select(run => $"{run.Began:MM-dd HH:mm}"));
        // What is exactly seven days old stays: the 23rd to the 30th.
        Assert.Equal(Enumerable.Range(23, 8).Select(day => $"11-{day}"), kept.Select(item => item.Entry.Key));
    }
}
