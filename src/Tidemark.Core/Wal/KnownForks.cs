using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>Where a timeline was left for another, as the history files in a store say.</summary>
internal static class KnownForks
{
    /// <summary>A server gives the next free number, so history files follow each other; but a receiver that was away over promotions lacks those between. As many are asked for at a time.</summary>
    private const uint Gap = 16;

    /// <summary>The first place where it was left, or from which on it was written twice; null: neither is known.</summary>
    public static async Task<TimelineLimit?> FirstOfAsync(WalArchive archive, TimelineId timeline, CancellationToken token)
    {
        Lsn? first = null;
        bool any;
        var next = timeline.Value;
        do
        {
            var children = await Task.WhenAll(Enumerable.Range(1, (int)Gap).Select(step => FindAsync(archive, new TimelineId(next + (uint)step), token)));
            any = false;
            foreach (var child in children.OfType<TimelineHistory>())
            {
                any = true;
                if (child.EndOf(timeline) is { } end && (first is null || end < first)) first = end;
            }
            next += Gap;
        }
        while (any);
        if (await archive.ConflictAsync(timeline, token) is { } twice && !(first <= twice)) return new TimelineLimit(twice, WrittenTwice: true);
        return first is { } left ? new TimelineLimit(left, WrittenTwice: false) : null;
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

    private static async Task<TimelineHistory?> FindAsync(WalArchive archive, TimelineId timeline, CancellationToken token) =>
        await archive.ReadNoteAsync(new WalFileName(WalObjectKind.History, new WalSegmentName(timeline, 0, 0), ""), token) is { } content ? Read(archive, timeline, content) : null;
}

/// <summary>From where on a segment of a timeline is not served without being asked for by the timeline's name.</summary>
/// <param name="At">The place.</param>
/// <param name="WrittenTwice">Two histories bear its name from there on; else another timeline was begun there.</param>
internal readonly record struct TimelineLimit(Lsn At, bool WrittenTwice);
