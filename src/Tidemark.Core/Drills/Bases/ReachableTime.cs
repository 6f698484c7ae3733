using Tidemark.Restores.Bases;

namespace Tidemark.Drills.Bases;

/// <summary>From when to when a recovery can be led to any moment.</summary>
/// <param name="From">The first backup's end.</param>
/// <param name="To">The last commit behind it.</param>
internal sealed record ReachableTime(DateTimeOffset From, DateTimeOffset To)
{
    private const long Microsecond = TimeSpan.TicksPerMicrosecond;

    /// <summary>One for each stretch of WAL without a gap; none where nothing was committed behind any backup.</summary>
    public static async Task<IReadOnlyList<ReachableTime>> ReadAsync(RecoveryRoads roads, IRoadSearch search, DateTimeOffset now, CancellationToken token)
    {
        var found = new List<ReachableTime>();
        foreach (var stretch in roads.All.GroupBy(road => road.End))
        {
            var (first, last) = (stretch.MinBy(road => road.Consistent)!, stretch.MaxBy(road => road.Consistent)!);
            // Behind the last backup there may be no commit, and behind the one before it many.
            var commit = (await search.MomentAsync(last, now.AddDays(1), token)).Commit ?? (await search.MomentAsync(first, now.AddDays(1), token)).Commit;
            if (commit?.Time is { } end && end > first.ConsistentAt) found.Add(new ReachableTime(first.ConsistentAt, end));
        }
        return found;
    }

    /// <summary>Every moment of all of them is as likely as any other.</summary>
    /// <param name="all">At least one.</param>
    /// <param name="chance">From 0 to below 1.</param>
    public static DateTimeOffset Pick(IReadOnlyList<ReachableTime> all, double chance)
    {
        var left = all.Sum(one => (one.To - one.From).Ticks) * chance;
        foreach (var one in all)
        {
            var length = (one.To - one.From).Ticks;
            // To the microsecond, as PostgreSQL counts; the end itself has no commit behind it that tells that it was reached.
            if (left < length) return one.From.AddTicks((long)left / Microsecond * Microsecond);
            left -= length;
        }
        return all[^1].From;
    }
}
