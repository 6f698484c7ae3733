using System.Text.Json.Serialization;

namespace Tidemark.Configuration;

/// <summary>What to keep. Each rule only adds: what any of them keeps stays. Null: not such a rule.</summary>
/// <param name="Days">Backups that are not older than this.</param>
/// <param name="Count">The newest good ones.</param>
/// <param name="Daily">The newest good one of each of the latest days that have one; days are UTC.</param>
/// <param name="Weekly">The same of ISO weeks.</param>
/// <param name="Monthly">The same of months.</param>
/// <param name="Yearly">The same of years.</param>
/// <param name="Window">Of base backups and WAL: what is needed to reach any second that is not older than this.</param>
internal sealed record RetentionPolicy(int? Days, int? Count = null, int? Daily = null, int? Weekly = null, int? Monthly = null, int? Yearly = null, [property: JsonIgnore] TimeSpan? Window = null)
{
    /// <summary>The same in JSON.</summary>
    public double? WindowSeconds => Window?.TotalSeconds;

    /// <summary>What is not good goes by age alone, also where there is no rule by age: then after this many days.</summary>
    public const int DefaultDays = 7;

    public int DaysOfNotGood() => Days ?? DefaultDays;

    /// <summary>"7 days, last 3, 12 monthly": for one line.</summary>
    public string InWords() => string.Join(", ", new (int? Count, string Text)[]
    {
        (Days, Days == 1 ? "1 day" : $"{Days} days"), (Count, $"last {Count}"), (Daily, $"{Daily} daily"), (Weekly, $"{Weekly} weekly"), (Monthly, $"{Monthly} monthly"), (Yearly, $"{Yearly} yearly"),
    }.Where(rule => rule.Count is not null).Select(rule => rule.Text).Concat(Window is { } window ? [$"any second of {new Duration(window)}"] : []));
}
