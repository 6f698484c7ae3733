using Tidemark.Postgres.Wal;
using Tidemark.Wal;

namespace Tidemark.BaseBackups;

/// <summary>From which timelines a server comes: its own file says it, or the archive's.</summary>
internal static class HistoryReader
{
    /// <summary>Without either it comes from nowhere but its own.</summary>
    /// <exception cref="Fault">8: the store, or a file that cannot be read.</exception>
    public static async Task<TimelineHistory> ReadAsync(IClusterFiles files, WalArchive archive, TimelineId timeline, CancellationToken token)
    {
        var none = new TimelineHistory(timeline, []);
        if (timeline == TimelineId.First) return none;
        var bytes = new byte[WalArchive.LargestNote];
        var content = await files.ReadAsync($"pg_wal/{timeline.HistoryFileName}", 0, bytes, token) is { } read ? bytes[..read] : await archive.ReadNoteAsync(WalFileName.Parse(timeline.HistoryFileName)!, token);
        try
        {
            return content is null ? none : TimelineHistory.Parse(timeline, content);
        }
        catch (FormatException)
        {
            // Whoever needs it finds that nothing leads here.
            return none;
        }
    }
}
