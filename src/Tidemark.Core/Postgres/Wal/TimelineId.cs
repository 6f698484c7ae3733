using System.Buffers;
using System.Globalization;

namespace Tidemark.Postgres.Wal;

/// <summary>One branch of a cluster's history; a promotion opens the next. The first is 1.</summary>
internal readonly record struct TimelineId(uint Value) : IComparable<TimelineId>
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789ABCDEF");

    public static readonly TimelineId First = new(1);

    public string HistoryFileName => $"{this}.history";

    /// <summary>Takes the eight hex digits of file names.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimelineId timeline)
    {
        timeline = default;
        if (text.Length != 8 || text.ContainsAnyExcept(Digits) || !uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value == 0) return false;
        timeline = new TimelineId(value);
        return true;
    }

    public static bool operator <(TimelineId left, TimelineId right) => left.Value < right.Value;

    public static bool operator >(TimelineId left, TimelineId right) => left.Value > right.Value;

    public static bool operator <=(TimelineId left, TimelineId right) => left.Value <= right.Value;

    public static bool operator >=(TimelineId left, TimelineId right) => left.Value >= right.Value;

    public int CompareTo(TimelineId other) => Value.CompareTo(other.Value);

    /// <summary>Eight hex digits, as in file names.</summary>
    public override string ToString() => $"{Value:X8}";
}
