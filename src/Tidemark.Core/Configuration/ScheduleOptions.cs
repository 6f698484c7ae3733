using Quartz;

namespace Tidemark.Configuration;

/// <summary>When backups are taken by themselves, of what, and in which form; or when drills run.</summary>
internal sealed record ScheduleOptions
{
    /// <summary>Of databases: every one of the server.</summary>
    public const string All = "all";

    /// <summary>Asked from within the hour that autumn has twice, or backwards, Quartz finds 02:30 a second time; asked from before it, once. So it is asked from so much earlier.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromHours(3);

    /// <summary>How far it is looked ahead for gaps.</summary>
    private static readonly TimeSpan Seen = TimeSpan.FromDays(400);

    /// <summary>Unique; also in the journal.</summary>
    public required string Name { get; init; }

    /// <summary>As it was written.</summary>
    public required string Cron { get; init; }

    /// <summary>The same as the scheduler reads it, with its zone.</summary>
    public required CronExpression Expression { get; init; }

    /// <summary>The whole server, as a base backup; no dumps.</summary>
    public bool IsOfCluster { get; init; }

    /// <summary>A backup is rehearsed, and none is taken.</summary>
    public bool IsOfDrills { get; init; }

    /// <summary>custom or sql.gz; null: as BACKUP_FORMAT says, else sql.gz.</summary>
    public string? Format { get; init; }

    /// <summary>Names, or one <see cref="All"/>; empty: the one in DATABASE_URL.</summary>
    public IReadOnlyList<string> Databases { get; init; } = [];

    /// <summary>A run begins up to so much later.</summary>
    public TimeSpan Jitter { get; init; }

    public IReadOnlyList<BlackoutWindow> Blackout { get; init; } = [];

    /// <summary>How long a run that fails is tried again; null: a quarter of the time to the next one, at most two hours.</summary>
    public TimeSpan? Grace { get; init; }

    public TimeZoneInfo Zone => Expression.TimeZone;

    /// <summary>The first time after this moment; null: there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var at = Expression.GetNextValidTimeAfter(after - Around);
        while (at <= after) at = Expression.GetNextValidTimeAfter(at.Value);
        return at;
    }

    /// <summary>The latest time up to this moment; null: there was none.</summary>
    public DateTimeOffset? Latest(DateTimeOffset upTo)
    {
        for (var found = Expression.GetPreviousValidTimeBefore(upTo.AddTicks(1)); found is { } near; found = Expression.GetPreviousValidTimeBefore(near))
        {
            DateTimeOffset? latest = null;
            for (var at = Expression.GetNextValidTimeAfter(near - Around); at <= upTo; at = Expression.GetNextValidTimeAfter(at.Value)) latest = at;
            if (latest is not null) return latest;
        }
        return null;
    }

    /// <summary>The longest time between two runs that all go well, by a clock that nobody puts forward or back.</summary>
    public TimeSpan LongestGap() => LongestGap([this]);

    /// <summary>The same of several, where a run of any of them counts; each by the hours of its own clock.</summary>
    public static TimeSpan LongestGap(IReadOnlyList<ScheduleOptions> together)
    {
        var runs = together.Select(schedule => schedule.SomeRuns().ToList()).Where(some => some.Count > 0).ToList();
        // What is seen of a frequent one ends sooner: beyond it, its runs would be missing.
        var seen = runs.Select(some => some[^1]).DefaultIfEmpty().Min();
        var all = runs.SelectMany(some => some).Where(at => at <= seen).Distinct().Order().ToList();
        return all.Count < 2 ? Seen : all.Zip(all.Skip(1), (before, after) => after - before).Max();
    }

    /// <summary>Those of a year and a month, which holds each month's and each week's; more than these repeat within them.</summary>
    private IEnumerable<DateTimeOffset> SomeRuns()
    {
        const int most = 3_000;
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var expression = Expression.WithTimeZone(TimeZoneInfo.Utc);
        var next = expression.GetNextValidTimeAfter(from);
        for (var count = 0; next is { } at && count < most && (at < from + Seen || count == 0); count++, next = expression.GetNextValidTimeAfter(at)) yield return BlackoutWindow.PutOff(at, Blackout, TimeZoneInfo.Utc);
    }
}
