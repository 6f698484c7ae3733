using Tidemark.Dumps;

namespace Tidemark.Retention;

/// <summary>What expires today, and why; pure.</summary>
internal static class RetentionPlanner
{
    /// <summary>Dumps of one database of one server, and adopted ones of a database of that name, older than <paramref name="days"/> days by their recovery point.</summary>
    /// <remarks>
    /// A name is not a database: another server's backups are its own affair. Adopted dumps do not tell their server, so they are a group
    /// of their own, and neither they nor unchecked or damaged ones stand in for the last good one. The newest good one of either group
    /// never expires; foreign files are not ours to remove.
    /// </remarks>
    public static IReadOnlyList<DumpEntry> Expired(IEnumerable<DumpEntry> entries, string? systemIdentifier, string database, int days, DateTimeOffset now)
    {
        var ours = entries.Where(entry => entry.Manifest is not null && entry.Database == database && (entry.IsAdopted || entry.Manifest.SystemIdentifier == systemIdentifier)).ToList();
        var lastGood = ours.Where(entry => entry.State == DumpState.Good && !entry.IsAdopted).MaxBy(entry => entry.IsAhead(now) ? DateTimeOffset.MinValue : entry.Time);
        var lastAdopted = ours.Where(entry => entry.State == DumpState.Good && entry.IsAdopted).MaxBy(entry => entry.Time);
        return lastGood is null ? [] : [.. ours.Where(entry => entry != lastGood && entry != lastAdopted && entry.Time < now - TimeSpan.FromDays(days))];
    }
}
