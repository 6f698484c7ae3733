using System.Globalization;
using Tidemark.Configuration;

namespace Tidemark.Schedules;

/// <summary>A schedule as people say it: every day at 02:00. What has no short words stays as it was written.</summary>
internal static class CronWords
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    public static string Of(string cron)
    {
        if (CronText.Fields(cron)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var minute, var hour, var day, var month, var weekday]) return AsWritten(cron);
        if (month == "1,4,7,10" && weekday == "*" && (Number(minute), Number(hour), Number(day)) is ({ } minutePast, { } fullHour, { } first)) return $"on day {first} of each quarter at {Clock(fullHour, minutePast)}";
        if (month != "*") return AsWritten(cron);
        return (Step(minute), Number(minute), Step(hour), Number(hour), day, weekday) switch
        {
            (_, _, _, _, "*", "*") when minute == "*" && hour == "*" => "every minute",
            ({ } minutes, _, _, _, "*", "*") when hour == "*" => $"every {minutes} minutes",
            (_, { } at, _, _, "*", "*") when hour == "*" => $"every hour at minute {at}",
            (_, { } at, { } hours, _, "*", "*") when 24 % hours == 0 => $"every {hours} hours at minute {at}",
            (_, { } at, _, { } clock, "*", "*") => $"every day at {Clock(clock, at)}",
            (_, { } at, _, { } clock, "*", _) when Number(weekday) is { } number and < 8 => $"every {Days[number]} at {Clock(clock, at)}",
            (_, { } at, _, { } clock, "*", "1-5") => $"Monday to Friday at {Clock(clock, at)}",
            (_, { } at, _, { } clock, _, "*") when Number(day) is { } number => $"on day {number} of each month at {Clock(clock, at)}",
            _ => AsWritten(cron),
        };
    }

    private static string AsWritten(string cron) => $"at \"{cron}\"";

    private static string Clock(int hour, int minute) => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{minute:00}");

    private static int? Number(string field) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Only of a number that divides: */7 begins anew each hour.</summary>
    private static int? Step(string field) => field.StartsWith("*/", StringComparison.Ordinal) && Number(field[2..]) is { } step and > 1 && 60 % step == 0 ? step : null;
}
