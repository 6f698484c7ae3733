using Tidemark.Dumps;

namespace Tidemark.Retention;

/// <summary>What expires today, and why; pure.</summary>
internal static class RetentionPlanner
{
    /// <summary>Dumps of one database that are older than <paramref name="days"/> days by their recovery point. The newest good one never is.</summary>
    /// <remarks>Foreign files are not ours to remove, and unchecked or damaged dumps never stand in for the last good one.</remarks>
    public static IReadOnlyList<DumpEntry> Expired(IEnumerable<DumpEntry> entries, string database, int days, DateTimeOffset now)
    {
        var ours = entries.Where(entry => entry.Manifest is not null && entry.Database == database).ToList();
        var lastGood = ours.Where(entry => entry.State == DumpState.Good).MaxBy(entry => entry.Time);
        return lastGood is null ? [] : [.. ours.Where(entry => entry != lastGood && entry.Time < now - TimeSpan.FromDays(days))];
    }
}
