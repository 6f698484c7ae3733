using Tidemark.Wal;

namespace Tidemark.Retention.Bases;

/// <summary>Which base backups a recovery window needs, so that every second in it can be reached; pure.</summary>
internal static class RecoveryWindow
{
    /// <summary>The newest that ended before the window begins, or else the oldest there is; and behind each gap of the WAL the next one.</summary>
    /// <param name="counted">Good ones, newest first.</param>
    /// <param name="coverage">The WAL that is there.</param>
    /// <param name="begins">The first moment of the window.</param>
    public static IReadOnlySet<BaseItem> Of(IReadOnlyList<BaseItem> counted, WalCoverage coverage, DateTimeOffset begins)
    {
        var needed = new HashSet<BaseItem>(ReferenceEqualityComparer.Instance);
        var rest = counted.Reverse().ToList();
        if (rest.FindLastIndex(item => item.Time <= begins) is > 0 and var first) rest.RemoveRange(0, first);
        BaseItem? last = null;
        foreach (var item in rest)
        {
            if (last is not null && Reaches(last, item, coverage)) continue;
            needed.Add(item);
            last = item;
        }
        return needed;
    }

    /// <summary>Whether recovery from one gets to where the other begins.</summary>
    private static bool Reaches(BaseItem from, BaseItem to, WalCoverage coverage)
    {
        var ((first, start), (last, end)) = (from.Wal.Start.Place(), to.Wal.Start.Place());
        if (first != last && coverage.Histories.GetValueOrDefault(last)?.EndOf(first) is var fork && (fork is null || fork < start)) return false;
        return coverage.UnbrokenTo(last, start) >= end;
    }
}
