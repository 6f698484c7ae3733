using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>Where a timeline was left for another, as the history files in a store say.</summary>
internal static class KnownForks
{
    /// <summary>A server gives the next free number, so history files follow each other; one may be on its way still.</summary>
    private const int Gap = 2;

    /// <summary>The first place where it was left; null: it is not known to have been.</summary>
    public static async Task<Lsn?> FirstOfAsync(WalArchive archive, TimelineId timeline, CancellationToken token)
    {
        Lsn? first = null;
        var missing = 0;
        for (var next = timeline.Value + 1; missing < Gap; next++)
        {
            var child = new TimelineId(next);
            var content = await archive.ReadNoteAsync(new WalFileName(WalObjectKind.History, new WalSegmentName(child, 0, 0), ""), token);
            missing = content is null ? missing + 1 : 0;
            if (content is not null && Read(archive, child, content).EndOf(timeline) is { } end && (first is null || end < first)) first = end;
        }
        return first;
    }

    /// <exception cref="Fault">10: it cannot be read, so that the branches are not known.</exception>
    public static TimelineHistory Read(WalArchive archive, TimelineId timeline, byte[] content)
    {
        try
        {
            return TimelineHistory.Parse(timeline, content);
        }
        catch (FormatException damaged)
        {
            throw new Fault(FaultCode.Verification, "a history file in the store cannot be read", damaged) { Where = $"{archive.Keys.OfHistory(timeline)} in {archive.Address}", Why = damaged.Message, Next = "tidemark wal status" };
        }
    }
}
