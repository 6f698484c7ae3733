using System.Globalization;

namespace Tidemark.Retention;

/// <summary>When a pin ends, as people write it: a day, which it holds to the end of (UTC), or a duration from now.</summary>
internal static class PinEnd
{
    /// <exception cref="Fault"><see cref="FaultCode.Usage"/> (2).</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset now)
    {
        var end = DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) && day < DateTimeOffset.MaxValue.AddDays(-1) ? day.AddDays(1)
            : Duration.TryParse(text, out var duration) && duration.Span < DateTimeOffset.MaxValue - now ? now + duration.Span
            : throw new Fault(FaultCode.Usage, $"\"{text}\" is no day and no duration") { Where = $"--until {text}", Next = "write a day (2027-01-31) or a whole number and one of s, m, h, d (90d)" };
        return end > now ? end : throw new Fault(FaultCode.Usage, "this pin would have ended already") { Where = $"--until {text}", Why = $"that is {end.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, and it is {now.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z now", Next = "give a later day, or leave --until out" };
    }
}
