using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;

namespace Tidemark.Retention.Bases;

/// <summary>Which WAL stays: what a base backup that is still there was taken over, and everything since those from which any second is to be reached. Pure.</summary>
/// <remarks>Places in the log say something only along a history: after a recovery to an earlier moment another timeline has the same places anew.</remarks>
internal sealed class WalKeeping
{
    private readonly WalSegmentSize? size;
    private readonly IReadOnlyDictionary<TimelineId, TimelineHistory> histories;
    private readonly List<(TimelineId Timeline, Lsn Lsn)> begins;
    private readonly List<WalSpan> spans;
    private readonly TimelineId newest;

    private WalKeeping(WalSegmentSize? size, IReadOnlyDictionary<TimelineId, TimelineHistory> histories, IReadOnlyList<BaseItem> since, IReadOnlyList<WalSpan> spans, string? whyAll)
    {
        (this.size, this.histories, this.spans, WhyAll) = (size, histories, [.. spans], whyAll);
        begins = [.. since.Select(item => item.Wal.Start.Place())];
        newest = begins.Count == 0 ? TimelineId.First : begins.Max(one => one.Timeline);
        Since = since.MinBy(item => item.Time);
    }

    /// <summary>Why none goes; null: some may.</summary>
    public string? WhyAll { get; }

    /// <summary>The oldest base backup from which any second is to be reached; null: none is.</summary>
    public BaseItem? Since { get; }

    /// <param name="facts">What is there.</param>
    /// <param name="since">Good ones that stay, from which any second is to be reached.</param>
    /// <param name="proven">Up to the newest moment that a drill came back to; null: none did.</param>
    /// <param name="isHeld">Nothing goes.</param>
    public static WalKeeping Of(BaseRetentionFacts facts, IReadOnlyList<BaseItem> since, WalSpan? proven, bool isHeld)
    {
        var blind = facts.Entries.FirstOrDefault(entry => entry is { Refs: null, State: not BaseState.Interrupted });
        var why = isHeld ? "the newest base backup is damaged"
            : since.Count == 0 ? "there is no good base backup"
            : facts.SegmentSize is null ? "nothing that can be read here says how long its segments are"
            : blind is not null ? $"which WAL {blind.Id} needs cannot be read" : null;
        return new WalKeeping(facts.SegmentSize, facts.Coverage.Histories, since, [.. facts.Entries.Select(entry => entry.Refs?.Wal).Append(proven).OfType<WalSpan>()], why);
    }

    public bool Wants(WalSegmentName name)
    {
        // Of other segments than the cluster's nothing is known.
        if (WhyAll is not null || size is not { } known || !name.FitsIn(known)) return true;
        // Its first base backup may be on its way.
        if (name.Timeline > newest) return true;
        var number = name.Number(known);
        return begins.Any(from => number >= known.NumberAt(from.Lsn) && IsBehind(name.Timeline, from)) || spans.Exists(span => IsIn(span, name.Timeline, number, known));
    }

    /// <summary>Whether this timeline is that of the place, or comes from there. Where that is not known, it may.</summary>
    private bool IsBehind(TimelineId timeline, (TimelineId Timeline, Lsn Lsn) from)
    {
        if (timeline == from.Timeline) return true;
        if (timeline < from.Timeline) return false;
        return !histories.TryGetValue(timeline, out var history) || history.EndOf(from.Timeline) > from.Lsn;
    }

    /// <summary>Also on timelines between its two: which of them it ran along is not asked.</summary>
    private static bool IsIn(WalSpan span, TimelineId timeline, ulong number, WalSegmentSize size)
    {
        var ((first, start), (last, stop)) = (span.Start.Place(), span.Stop.Place());
        return timeline >= first && timeline <= last && number >= size.NumberAt(start) && number <= size.NumberBefore(stop);
    }
}
