using System.Globalization;
using Tidemark.Dumps;

namespace Tidemark.Notifications;

/// <summary>Whether the newest good backup is like those before it; pure. Half a table lost at night is a backup that succeeds.</summary>
/// <remarks>
/// Rule: size, and the rows of all tables together, of the newest good backup against the median of the last good ones of its form before it, at least 5 and at most 10.
/// Below half of the median or above twice of it is unusual, where the difference is more than 64 KiB, or 1,000 rows. It is over with a backup inside the band, or when the median has followed.
/// </remarks>
internal static class BackupBand
{
    private const int Least = 5, Most = 10, SmallestBytes = 64 * 1024, SmallestRows = 1_000;

    /// <param name="backups">Of one database of one server.</param>
    /// <param name="now">What is dated ahead of it does not count.</param>
    public static (DumpEntry Backup, string Words)? Finding(IEnumerable<DumpEntry> backups, DateTimeOffset now)
    {
        var good = backups.Where(backup => backup is { State: DumpState.Good, IsAdopted: false, Manifest: not null } && !backup.IsAhead(now)).OrderByDescending(backup => backup.Time).ToList();
        if (good is not [var newest, .. var earlier]) return null;
        var alike = earlier.Where(backup => backup.Manifest!.Format == newest.Manifest!.Format && backup.IsEncrypted == newest.IsEncrypted).Take(Most).ToList();
        if (alike.Count < Least) return null;
        var words = Outside(newest.Size, alike.Select(backup => backup.Size), SmallestBytes, "bytes");
        // An encrypted one tells its rows to nobody without the key.
        if (words is null && !newest.IsEncrypted) words = Outside(Rows(newest), alike.Select(Rows), SmallestRows, "rows");
        return words is null ? null : (newest, $"the newest backup {newest.Id} has {words}: that of the last {alike.Count} of its form");
    }

    private static string? Outside(long value, IEnumerable<long> earlier, long least, string unit)
    {
        var median = Median(earlier);
        return Math.Abs(value - median) <= least || (value * 2 >= median && value <= median * 2) ? null : string.Create(CultureInfo.InvariantCulture, $"{value:N0} {unit}, the median is {median:N0}");
    }

    private static long Rows(DumpEntry backup) => backup.Manifest!.Rows.Sum(table => table.Rows);

    /// <summary>Of an even number, the lower of the two in the middle.</summary>
    private static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return sorted[(sorted.Count - 1) / 2];
    }
}
