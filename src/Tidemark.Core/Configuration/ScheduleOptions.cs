using Quartz;

namespace Tidemark.Configuration;

/// <summary>When backups are taken by themselves, of what, and in which form.</summary>
internal sealed record ScheduleOptions
{
    /// <summary>Of databases: every one of the server.</summary>
    public const string All = "all";

    /// <summary>Asked from within the hour that autumn has twice, or backwards, Quartz finds 02:30 a second time; asked from before it, once. So it is asked from so much earlier.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromHours(3);

    /// <summary>Unique; also in the journal.</summary>
    public required string Name { get; init; }

    /// <summary>As it was written.</summary>
    public required string Cron { get; init; }

    /// <summary>The same as the scheduler reads it, with its zone.</summary>
    public required CronExpression Expression { get; init; }

    /// <summary>The whole server, as a base backup; no dumps.</summary>
    public bool IsOfCluster { get; init; }

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
    public TimeSpan LongestGap()
    {
        // A year and a month holds each month's and each week's; more runs than these repeat within them.
        const int most = 3_000;
        var (from, longest) = (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), TimeSpan.Zero);
        var (end, expression) = (from.AddDays(400), Expression.WithTimeZone(TimeZoneInfo.Utc));
        DateTimeOffset? last = null;
        for (var (next, count) = (expression.GetNextValidTimeAfter(from), 0); next is { } at && count < most && (at < end || last is null); (next, count) = (expression.GetNextValidTimeAfter(at), count + 1))
        {
            var begins = BlackoutWindow.PutOff(at, Blackout, TimeZoneInfo.Utc);
            if (last is { } before && begins - before > longest) longest = begins - before;
            last = begins;
        }
        return longest > TimeSpan.Zero ? longest : end - from;
    }
}
