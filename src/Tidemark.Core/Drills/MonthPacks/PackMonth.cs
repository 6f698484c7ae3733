using System.Globalization;

namespace Tidemark.Drills.MonthPacks;

/// <summary>A month of UTC.</summary>
/// <param name="From">Its first moment.</param>
internal readonly record struct PackMonth(DateTimeOffset From)
{
    /// <summary>The first moment after it.</summary>
    public DateTimeOffset Until => From.AddMonths(1);

    public string FileName => $"tidemark-{this}.zip";

    /// <summary>The last one that is over.</summary>
    public static PackMonth Before(DateTimeOffset now) => new(new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(-1));

    /// <exception cref="Fault"><see cref="FaultCode.Usage"/> (2).</exception>
    public static PackMonth Parse(string text) => DateTimeOffset.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var first) ? new PackMonth(first)
        : throw new Fault(FaultCode.Usage, "this is no month") { Where = text, Why = "a month is a year and a number: 2026-10", Next = "tidemark drill pack 2026-10" };

    public bool Has(DateTimeOffset moment) => moment >= From && moment < Until;

    public override string ToString() => From.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
