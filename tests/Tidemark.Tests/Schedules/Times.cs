using System.Globalization;
using Quartz;
using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Schedules;

namespace Tidemark.Tests.Schedules;

/// <summary>Schedules and moments in few letters.</summary>
internal static class Times
{
    public static ScheduleOptions Schedule(string cron, string zone = "UTC", string? blackout = null) => new()
    {
        Name = "test",
        Cron = cron,
        Expression = CronExpression.Parse(CronText.Fields(cron)!, CronFormat.Unix).WithTimeZone(TimeZoneInfo.FindSystemTimeZoneById(zone)),
        Blackout = blackout is null ? [] : [.. blackout.Split(',').Select(text => BlackoutWindow.TryParse(text, out var window) ? window : throw new FormatException(text))],
    };

    /// <summary>2026-03-29 02:30, in UTC.</summary>
    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static ScheduleRow Known(string since, string? settled = null) => new("test", "shop", At(since), settled is null ? null : At(settled));

    public static RunRow Run(string id, string due, string state, string began, string? ended = null, string? code = null) => new()
    {
        Id = id,
        Kind = "backup",
        Database = "shop",
        Actor = "schedule",
        QueuedAt = At(began),
        StartedAt = At(began),
        FinishedAt = ended is null ? null : At(ended),
        State = state,
        ErrorCode = code,
        Schedule = "test",
        DueAt = At(due),
    };

    public static SchedulePlan Plan(ScheduleOptions schedule, string now, ScheduleRow known, params RunRow[] runs) => SchedulePlan.Of(schedule, new ScheduleMemory(known, runs), "here", At(now));

    /// <summary>Begin, Wait or Skip, what it is about, and when to look again.</summary>
    public static string Told(this SchedulePlan plan) => $"{plan.Step} {plan.Due.UtcDateTime:MM-dd HH:mm} at {plan.At.UtcDateTime:MM-dd HH:mm:ss}";
}
