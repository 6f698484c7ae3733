using System.Globalization;
using Quartz;

namespace Tidemark.Configuration;

/// <summary>Five fields as crontab has them, or a word for such: @hourly, @daily, @weekly, @monthly, @quarterly, @every-15m, @every-6h.</summary>
internal static class CronText
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 0",
        ["@monthly"] = "0 0 1 * *",
        ["@quarterly"] = "0 0 1 1,4,7,10 *",
    };

    /// <summary>The five fields; null where it is a word that is not known.</summary>
    public static string? Fields(string text) =>
        !text.StartsWith('@') ? text : Words.TryGetValue(text, out var fields) ? fields : text.StartsWith("@every-", StringComparison.Ordinal) ? Every(text["@every-".Length..]) : null;

    /// <param name="text">As it was written.</param>
    /// <param name="zone">Whose clock.</param>
    /// <returns>The schedule, or why it is none.</returns>
    public static (CronExpression? Expression, string? Why) Read(string text, TimeZoneInfo zone)
    {
        if (Fields(text) is not { } fields) return (null, "the words are @hourly, @daily, @weekly, @monthly, @quarterly, and @every-15m or @every-6h where the number divides the hour or the day");
        try
        {
            if (fields.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length != 5) return (null, "a schedule has five fields: minute, hour, day of the month, month, day of the week: 0 2 * * *");
            var expression = CronExpression.Parse(fields, CronFormat.Unix).WithTimeZone(zone);
            return expression.GetNextValidTimeAfter(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) is null ? (null, "there is no such day") : (expression, null);
        }
        catch (FormatException unreadable)
        {
            return (null, $"the fields are minute 0-59, hour 0-23, day 1-31, month 1-12 or JAN-DEC, day of the week 0-7 or SUN-SAT, each a number, a range 1-5, a list 1,15, a step */15 or *; {unreadable.Message.TrimEnd('.')}");
        }
    }

    private static string? Every(string span)
    {
        if (span.Length < 2 || !int.TryParse(span[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0) return null;
        return span[^1] switch
        {
            'm' when 60 % count == 0 && count < 60 => $"*/{count} * * * *",
            'h' when 24 % count == 0 && count < 24 => $"0 */{count} * * *",
            _ => null,
        };
    }
}
