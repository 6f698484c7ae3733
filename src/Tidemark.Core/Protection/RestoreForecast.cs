using Tidemark.Dumps;
using Tidemark.Journal;

namespace Tidemark.Protection;

/// <summary>How long a restore of the newest backup would take, from the latest one that was done; pure.</summary>
internal static class RestoreForecast
{
    /// <summary>As long as that one took, longer in proportion when the backup is larger. Null when no restore of a backup that is still here succeeded.</summary>
    /// <param name="restores">Succeeded ones, newest first.</param>
    /// <param name="backups">Of one database.</param>
    /// <param name="newest">The one to be restored.</param>
    public static TimeSpan? Of(IEnumerable<RunRow> restores, IReadOnlyList<DumpEntry> backups, DumpEntry newest)
    {
        foreach (var run in restores)
            if (backups.FirstOrDefault(backup => backup.Id == run.BackupId) is { Size: > 0 } restored && run.FinishedAt - run.StartedAt is { Ticks: > 0 } took)
                return took * Math.Max(1, (double)newest.Size / restored.Size);
        return null;
    }
}
