using Tidemark.Journal;
using Tidemark.Schedules;
using static Tidemark.Tests.Schedules.Times;

namespace Tidemark.Tests.Schedules;

public sealed class SchedulePlanTests
{
    [Fact]
    public void A_new_schedule_has_missed_nothing() =>
        Assert.Equal("Wait 11-24 02:00 at 11-24 02:00:00", Plan(Schedule("0 2 * * *"), "2026-11-23 12:00", Known("2026-11-23 11:59")).Told());

    [Theory]
    [InlineData("2026-11-23 01:59:59", "Wait 11-23 02:00 at 11-23 02:00:00")]
    [InlineData("2026-11-23 02:00:00", "Begin 11-23 02:00 at 11-23 02:00:00")]
    [InlineData("2026-11-23 02:00:03", "Begin 11-23 02:00 at 11-23 02:00:03")]
    public void It_begins_at_its_time_to_the_second_and_not_before(string now, string expected) =>
        Assert.Equal(expected, Plan(Schedule("0 2 * * *"), now, Known("2026-11-22 12:00")).Told());

    [Fact]
    public void What_has_been_done_is_not_done_again_in_the_same_second_nor_later()
    {
        var run = Run("1", "2026-11-23 02:00", RunState.Succeeded, "2026-11-23 02:00", "2026-11-23 02:00");
        Assert.Equal("Wait 11-24 02:00 at 11-24 02:00:00", Plan(Schedule("0 2 * * *"), "2026-11-23 02:00", Known("2026-11-01"), run).Told());
        Assert.Equal("Wait 11-24 02:00 at 11-24 02:00:00", Plan(Schedule("0 2 * * *"), "2026-11-23 23:00", Known("2026-11-01"), run).Told());
    }

    [Fact]
    public void Two_days_of_an_hourly_one_are_caught_up_by_one_run_that_says_so()
    {
        // Down from 02:30 of the 21st to 02:30 of the 23rd: 03:00 of the 21st to 02:00 of the 23rd are 48 times, of which the last is run.
        var plan = Plan(Schedule("@hourly"), "2026-11-23 02:30", Known("2026-11-01"), Run("1", "2026-11-21 02:00", RunState.Succeeded, "2026-11-21 02:00", "2026-11-21 02:01"));
        Assert.Equal(("Begin 11-23 02:00 at 11-23 02:30:00", 47), (plan.Told(), plan.Missed));
        Assert.Equal("47 earlier times were missed, and this one run stands for all", plan.Words);
    }

    [Theory]
    [InlineData(RunState.Queued)]
    [InlineData(RunState.Running)]
    public void While_its_last_run_is_not_over_a_time_is_passed_over(string state)
    {
        var plan = Plan(Schedule("@hourly"), "2026-11-23 03:00", Known("2026-11-01"), Run("long", "2026-11-23 02:00", state, "2026-11-23 02:00"));
        Assert.Equal(("Skip 11-23 03:00 at 11-23 03:00:00", $"run long of this schedule is still {state}"), (plan.Told(), plan.Words));
        // And is not caught up when that run has ended.
        Assert.Equal("Wait 11-23 04:00 at 11-23 04:00:00", Plan(Schedule("@hourly"), "2026-11-23 03:30", Known("2026-11-01", "2026-11-23 03:00"), Run("long", "2026-11-23 02:00", RunState.Succeeded, "2026-11-23 02:00", "2026-11-23 03:20")).Told());
    }

    [Fact]
    public void A_failure_is_tried_again_after_growing_pauses_until_its_grace_is_over()
    {
        // Daily: a quarter of a day is more than two hours, so two hours; pauses of 1, 2, 4, 8, 16, 30 and 30 minutes: 61 after five, 91 after six, 121 would be after the end.
        var (schedule, known) = (Schedule("0 2 * * *"), Known("2026-11-01"));
        var (runs, began, times) = (new List<RunRow>(), At("2026-11-23 02:00"), new List<string>());
        for (var attempt = 1; ; attempt++)
        {
            runs.Insert(0, Run($"{attempt}", "2026-11-23 02:00", RunState.Failed, $"{began:yyyy-MM-dd HH:mm:ss}", $"{began:yyyy-MM-dd HH:mm:ss}", "store"));
            var plan = Plan(schedule, $"{began:yyyy-MM-dd HH:mm:ss}", known, [.. runs]);
            if (plan.Due != At("2026-11-23 02:00")) break;
            Assert.Equal((ScheduleStep.Wait, attempt + 1), (plan.Step, plan.Attempt));
            times.Add($"{plan.At:HH:mm}");
            began = plan.At;
        }
        Assert.Equal(["02:01", "02:03", "02:07", "02:15", "02:31", "03:01", "03:31"], times);
    }

    [Theory]
    [InlineData("@every-15m", "00:03:45", "28.125")]
    [InlineData("@hourly", "00:15:00", "60")]
    [InlineData("0 2 * * *", "02:00:00", "60")]
    public void Grace_is_a_quarter_of_the_time_to_the_next_and_two_hours_at_most(string cron, string grace, string firstPause)
    {
        var next = Schedule(cron).Expression.GetNextValidTimeAfter(At("2026-11-23 00:30"))!.Value;
        var interval = Schedule(cron).Expression.GetNextValidTimeAfter(next)!.Value - next;
        Assert.Equal((TimeSpan.Parse(grace), double.Parse(firstPause)), (RetryPause.Grace(null, interval), RetryPause.After(1, RetryPause.Grace(null, interval)).TotalSeconds));
    }

    [Fact]
    public void What_a_kill_cut_off_is_caught_up_once_however_long_ago_and_then_falls_under_the_grace()
    {
        var first = Run("1", "2026-11-23 02:00", RunState.Interrupted, "2026-11-23 02:00", "2026-11-23 09:00", "interrupted");
        var plan = Plan(Schedule("0 2 * * *"), "2026-11-23 09:00:01", Known("2026-11-01"), first);
        Assert.Equal(("Begin 11-23 02:00 at 11-23 09:00:01", "attempt 2: run 1 was cut off"), (plan.Told(), plan.Words));
        var second = Run("2", "2026-11-23 02:00", RunState.Interrupted, "2026-11-23 09:02", "2026-11-23 10:00", "interrupted");
        Assert.Equal("Wait 11-24 02:00 at 11-24 02:00:00", Plan(Schedule("0 2 * * *"), "2026-11-23 10:10", Known("2026-11-01"), second, first).Told());
    }

    [Fact]
    public void The_end_of_the_service_cuts_off_and_who_was_asked_to_stop_stays_stopped()
    {
        var ended = Run("1", "2026-11-23 02:00", RunState.Cancelled, "2026-11-23 02:00", "2026-11-23 02:05", "interrupted");
        Assert.Equal("Begin 11-23 02:00 at 11-23 02:10:00", Plan(Schedule("0 2 * * *"), "2026-11-23 02:10", Known("2026-11-01"), ended).Told());
        Assert.Equal("Wait 11-24 02:00 at 11-24 02:00:00", Plan(Schedule("0 2 * * *"), "2026-11-23 02:10", Known("2026-11-01"), ended with { ErrorCode = "stopped" }).Told());
    }

    [Theory]
    // 08:00-18:00 holds 09:00 to 17:00 of an hourly one: of all those one run, at 18:00, which is also a time of its own.
    [InlineData("2026-11-23 08:30", "Wait 11-23 08:00 at 11-23 18:00:00")]
    [InlineData("2026-11-23 17:59", "Wait 11-23 17:00 at 11-23 18:00:00")]
    [InlineData("2026-11-23 18:00", "Begin 11-23 18:00 at 11-23 18:00:00")]
    public void A_blackout_puts_off_to_its_end(string now, string expected) =>
        Assert.Equal(expected, Plan(Schedule("@hourly", blackout: "08:00-18:00"), now, Known("2026-11-01"), Run("1", "2026-11-23 07:00", RunState.Succeeded, "2026-11-23 07:00", "2026-11-23 07:01")).Told());

    [Fact]
    public void What_was_missed_is_not_caught_up_within_a_blackout_nor_is_a_retry_begun_there()
    {
        var schedule = Schedule("0 2 * * *", blackout: "08:00-18:00");
        Assert.Equal("Wait 11-23 02:00 at 11-23 18:00:00", Plan(schedule, "2026-11-23 08:30", Known("2026-11-01"), Run("1", "2026-11-22 02:00", RunState.Succeeded, "2026-11-22 02:00", "2026-11-22 02:01")).Told());
        Assert.Equal("Wait 11-24 02:00 at 11-24 02:00:00", Plan(schedule, "2026-11-23 08:00:30", Known("2026-11-01"), Run("1", "2026-11-23 02:00", RunState.Failed, "2026-11-23 07:59", "2026-11-23 07:59:50", "store")).Told());
    }

    [Fact]
    public void Jitter_is_the_same_after_a_restart_and_spreads_machines_and_times()
    {
        var schedule = Schedule("0 2 * * *") with { Jitter = TimeSpan.FromMinutes(10) };
        var spread = Enumerable.Range(0, 100).Select(host => SchedulePlan.Start(schedule, $"host{host}", At("2026-11-23 02:00")) - At("2026-11-23 02:00")).ToList();
        Assert.All(spread, late => Assert.InRange(late, TimeSpan.Zero, TimeSpan.FromMinutes(10)));
        Assert.True(spread.Distinct().Count() > 50 && spread.Max() > TimeSpan.FromMinutes(8) && spread.Min() < TimeSpan.FromMinutes(2));
        Assert.Equal(SchedulePlan.Start(schedule, "a", At("2026-11-23 02:00")), SchedulePlan.Start(schedule, "a", At("2026-11-23 02:00")));
        Assert.NotEqual(SchedulePlan.Start(schedule, "a", At("2026-11-23 02:00")).TimeOfDay, SchedulePlan.Start(schedule, "a", At("2026-11-24 02:00")).TimeOfDay);
    }

    [Theory]
    [InlineData("drill", "verification-failed", "Wait 02-11 02:00")]
    [InlineData("drill", "connection", "Begin 02-10 02:00")]
    [InlineData("backup", "verification-failed", "Begin 02-10 02:00")]
    public void A_drill_that_found_a_bad_backup_is_not_tried_again_until_one_passes(string kind, string code, string expected) =>
        Assert.StartsWith(expected, Plan(Schedule("0 2 * * *"), "2026-02-10 02:30", Known("2026-02-01"), Run("a", "2026-02-10 02:00", "failed", "2026-02-10 02:00", "2026-02-10 02:10", code) with { Kind = kind }).Told(), StringComparison.Ordinal);
}
