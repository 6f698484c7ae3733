using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>What is stored of one timeline.</summary>
/// <param name="Timeline">Which.</param>
/// <param name="History">From which ones it came; null: it is the first, or its file is not stored.</param>
/// <param name="Ranges">Of its own segments, in order. None: a conflict stands before all.</param>
/// <param name="Gaps">Between them, and between its parent's and its own.</param>
/// <param name="Conflicts">In order; what is not counted begins with the first.</param>
internal sealed record WalTimelineCoverage(TimelineId Timeline, TimelineHistory? History, IReadOnlyList<WalRange> Ranges, IReadOnlyList<WalGap> Gaps, IReadOnlyList<WalConflict> Conflicts)
{
    /// <summary>The file that says where this timeline comes from is not stored, so nothing before it can be reached from it.</summary>
    public bool LacksHistory => Timeline > TimelineId.First && History is null;

    /// <summary>Where it left the one before; null: that is not known, or it is the first.</summary>
    public TimelineFork? LeftAt => History is { Forks: [.., var last] } ? last : null;

    public static WalTimelineCoverage Of(TimelineId timeline, WalSegmentSize size, TimelineHistory? history, IEnumerable<CoveredSegment> segments, IEnumerable<CoveredTail> tails, IEnumerable<Lsn> marks)
    {
        // There may be a million of them: whatever is kept for each counts.
        var inOrder = segments.OrderBy(one => one.Name.Number(size)).ThenBy(one => one.Sha256, StringComparer.Ordinal).ToList();
        var conflicts = inOrder.Zip(inOrder.Skip(1)).Where(two => two.First.Name == two.Second.Name && two.First.Sha256 != two.Second.Sha256).SelectMany(two => new[] { two.First, two.Second })
            .GroupBy(one => one.Name).Select(same => new WalConflict(same.Key, [.. same.Select(one => one.Sha256).Distinct()]))
            .Concat(marks.Order().Take(1).Select(at => new WalConflict(WalSegmentName.At(timeline, at, size), []) { At = at })).OrderBy(one => one.Segment.Number(size)).ToList();
        var end = conflicts.Count > 0 ? conflicts[0].Segment.Number(size) : ulong.MaxValue;

        var (ranges, gaps) = (new List<WalRange>(), new List<WalGap>());
        WalSegmentName? last = null;
        foreach (var name in inOrder.Select(one => one.Name))
        {
            if (name.Number(size) >= end) break;
            if (name != last) Add(new WalRange(name.Start(size), name.End(size), name, name));
            last = name;
        }
        // Under a conflict there is something at or after the tail, or the tail is behind it.
        var open = tails.Where(tail => tail.Length > 0).OrderBy(tail => tail.Segment.Number(size)).ThenBy(tail => tail.Length).LastOrDefault();
        if (conflicts.Count == 0 && open is not null && (inOrder.Count == 0 || open.Segment.Number(size) > inOrder[^1].Name.Number(size)))
            Add(new WalRange(open.Segment.Start(size), open.Segment.Start(size) + (ulong)Math.Min(open.Length, size.Bytes), open.Segment, open.Segment));
        return new WalTimelineCoverage(timeline, history, ranges, gaps, conflicts);

        void Add(WalRange next)
        {
            if (ranges.Count > 0 && ranges[^1].End == next.Start)
            {
                ranges[^1] = ranges[^1] with { End = next.End, Last = next.Last };
                return;
            }
            if (ranges.Count > 0) gaps.Add(new WalGap(ranges[^1].Last.Next(size), WalSegmentName.Of(timeline, next.First.Number(size) - 1, size)));
            ranges.Add(next);
        }
    }

    /// <summary>Where the log says that changes are missing from it: in order, each within the stretches.</summary>
    public IReadOnlyList<Lsn> Breaks { get; private init; } = [];

    /// <summary>With each stretch cut in two where the log says that changes are missing from it: replay gets as far as the record, and not past it.</summary>
    public WalTimelineCoverage Broken(IEnumerable<CoveredBreak> breaks, WalSegmentSize size)
    {
        var (ranges, told) = (Ranges.ToList(), new List<Lsn>());
        foreach (var (at, segment) in breaks.Select(one => (one.Segment.Start(size) + one.Offset, one.Segment)).Distinct().Order())
        {
            var index = ranges.FindIndex(range => range.Start <= at && at < range.End);
            if (index < 0) continue;
            var whole = ranges[index];
            told.Add(at);
            // The record itself is in neither.
            ranges[index] = whole with { Start = at + 1, First = segment };
            if (at > whole.Start) ranges.Insert(index, whole with { End = at, Last = segment });
        }
        return this with { Ranges = ranges, Breaks = told };
    }

    /// <summary>With the gaps between the parent's last segment and the first of this one.</summary>
    /// <param name="parent">Null: nothing of it is stored, or it is not known.</param>
    /// <param name="size">Of the segments.</param>
    public WalTimelineCoverage Joined(WalTimelineCoverage? parent, WalSegmentSize size)
    {
        if (parent is null || Ranges.Count == 0 || LeftAt is not { } left || parent.Ranges.LastOrDefault(range => range.Start < left.End) is not { } before) return this;
        // The first segment of a timeline bears the number of the one in which the parent was left, and begins with a copy of it.
        var (fork, first) = (size.NumberAt(left.End), Ranges[0].First.Number(size));
        var (gaps, next) = (new List<WalGap>(), before.Last.Number(size) + 1);
        if (next < fork && !parent.Conflicts.Any(one => one.Segment.Number(size) <= fork)) gaps.Add(new WalGap(WalSegmentName.Of(parent.Timeline, next, size), WalSegmentName.Of(parent.Timeline, fork - 1, size)));
        if (fork < first) gaps.Add(new WalGap(WalSegmentName.Of(Timeline, fork, size), WalSegmentName.Of(Timeline, first - 1, size)));
        return this with { Gaps = [.. gaps, .. Gaps] };
    }
}
