using System.Globalization;

namespace Tidemark;

/// <summary>A span of time as people write it: a whole number and one of s, m, h, d ("90s", "15m", "26h", "7d"). Nothing else is read.</summary>
internal readonly record struct Duration(TimeSpan Span) : IComparable<Duration>
{
    private static readonly (char Letter, long Seconds)[] Units = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

    public static bool TryParse(string? text, out Duration duration)
    {
        duration = default;
        if (text is not [.. var number, var letter] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return false;
        var unit = Array.Find(Units, unit => unit.Letter == letter);
        if (unit.Seconds == 0 || count > TimeSpan.MaxValue.TotalSeconds / unit.Seconds)
            return false;
        duration = new Duration(TimeSpan.FromSeconds(count * unit.Seconds));
        return true;
    }

    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6).</exception>
    public static Duration Parse(string text) => TryParse(text, out var duration)
        ? duration
        : throw new Fault(FaultCode.Configuration, $"'{text}' is no duration") { Next = "write a whole number and one of s, m, h, d: 90s, 15m, 26h, 7d" };

    public int CompareTo(Duration other) => Span.CompareTo(other.Span);

    public static bool operator <(Duration left, Duration right) => left.CompareTo(right) < 0;

    public static bool operator >(Duration left, Duration right) => left.CompareTo(right) > 0;

    public static bool operator <=(Duration left, Duration right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Duration left, Duration right) => left.CompareTo(right) >= 0;

    /// <summary>In the largest unit that divides it; what <see cref="Parse"/> reads back, to the second.</summary>
    public override string ToString()
    {
        var seconds = (long)Span.TotalSeconds;
        var unit = Array.Find(Units, unit => seconds % unit.Seconds == 0 && (seconds != 0 || unit.Letter == 's'));
        return $"{seconds / unit.Seconds}{unit.Letter}";
    }
}
