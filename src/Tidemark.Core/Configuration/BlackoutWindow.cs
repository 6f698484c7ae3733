using System.Globalization;

namespace Tidemark.Configuration;

/// <summary>Hours of each day in which no scheduled run begins, by the clock on the wall: 22:00-06:00 goes over midnight. The end is outside.</summary>
internal readonly record struct BlackoutWindow(TimeOnly From, TimeOnly To)
{
    public static bool TryParse(string text, out BlackoutWindow window)
    {
        window = default;
        if (text.Split('-', StringSplitOptions.TrimEntries) is not [var from, var to] || !TryTime(from, out var begins) || !TryTime(to, out var ends) || begins == ends) return false;
        window = new BlackoutWindow(begins, ends);
        return true;
    }

    public bool Holds(TimeOnly time) => From < To ? time >= From && time < To : time >= From || time < To;

    /// <summary>The first moment from this one on that is in no window.</summary>
    public static DateTimeOffset PutOff(DateTimeOffset at, IReadOnlyList<BlackoutWindow> windows, TimeZoneInfo zone)
    {
        // Each turn leaves one window; where they overlap, the end of one may lie in another.
        for (var turns = 0; turns <= windows.Count; turns++)
        {
            var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
            var time = TimeOnly.FromDateTime(local);
            if (windows.Where(window => window.Holds(time)).Select(window => (BlackoutWindow?)window).FirstOrDefault() is not { } inside) return at;
            var end = local.Date + inside.To.ToTimeSpan();
            if (end <= local) end = end.AddDays(1);
            // The clock jumps over it in spring; in autumn the later of the two is past both.
            while (zone.IsInvalidTime(end)) end = end.AddMinutes(15);
            at = new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(DateTime.SpecifyKind(end, DateTimeKind.Unspecified), zone));
        }
        return at;
    }

    /// <summary>True when they leave no minute of the day.</summary>
    public static bool CoverTheDay(IReadOnlyList<BlackoutWindow> windows) =>
        Enumerable.Range(0, 24 * 60).All(minute => windows.Any(window => window.Holds(TimeOnly.MinValue.AddMinutes(minute))));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH:mm}-{To:HH:mm}");

    private static bool TryTime(string text, out TimeOnly time) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
