using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>Which stretches of the log a store holds without a gap, timeline by timeline. Pure: made from a listing, nothing is opened.</summary>
/// <remarks>
/// Two objects of one segment mean two histories under one name: nothing of that timeline at or after it counts, until one of them is gone.
/// So does a mark of one who saw the other history: <see cref="CoveredConflict"/>.
/// A recovery that comes to a record that says <c>wal_level=minimal</c> ends with an error, whatever is stored behind it: a stretch ends there, and the next begins.
/// A tail counts only where a recovery would be given it: no complete object of its segment is there, and nothing later of its timeline.
/// </remarks>
/// <param name="Timelines">Those of which anything is stored, in order.</param>
/// <param name="Histories">Those that are stored.</param>
internal sealed record WalCoverage(IReadOnlyList<WalTimelineCoverage> Timelines, IReadOnlyDictionary<TimelineId, TimelineHistory> Histories)
{
    public static WalCoverage Of(WalSegmentSize size, IEnumerable<CoveredSegment> segments, IEnumerable<TimelineHistory> histories, IEnumerable<CoveredTail> tails, IEnumerable<CoveredBreak> breaks, IEnumerable<CoveredConflict>? marks = null)
    {
        var (segmentsOf, tailsOf) = (segments.Where(one => one.Name.FitsIn(size)).ToLookup(one => one.Name.Timeline), tails.Where(one => one.Segment.FitsIn(size)).ToLookup(one => one.Segment.Timeline));
        var breaksOf = breaks.Where(one => one.Segment.FitsIn(size)).ToLookup(one => one.Segment.Timeline);
        var marksOf = (marks ?? []).ToLookup(one => one.Timeline, one => one.At);
        var historyOf = histories.ToDictionary(one => one.Timeline);
        var own = segmentsOf.Select(group => group.Key).Union(tailsOf.Select(group => group.Key)).Order()
            .Select(timeline => WalTimelineCoverage.Of(timeline, size, historyOf.GetValueOrDefault(timeline), segmentsOf[timeline], tailsOf[timeline], marksOf[timeline]).Broken(breaksOf[timeline], size)).ToList();
        return new WalCoverage([.. own.Select(one => one.Joined(own.Find(other => other.Timeline == one.LeftAt?.Parent), size))], historyOf);
    }

    /// <summary>How far a recovery gets that begins at this place and follows this timeline's history; null: not even that place is stored.</summary>
    /// <param name="timeline">Where it is to end.</param>
    /// <param name="from">The first byte that it needs.</param>
    public Lsn? UnbrokenTo(TimelineId timeline, Lsn from)
    {
        foreach (var range in Along(timeline))
        {
            if (range.Start <= from && from < range.End) return range.End;
        }
        return null;
    }

    /// <summary>The stretches that a recovery to this timeline can use, its ancestors' up to where each was left included. In order, none touches the next.</summary>
    public IReadOnlyList<WalRange> Along(TimelineId timeline)
    {
        var parts = Timelines.FirstOrDefault(one => one.Timeline == timeline)?.Ranges.ToList() ?? [];
        foreach (var fork in Histories.GetValueOrDefault(timeline)?.Forks ?? [])
        {
            foreach (var range in Timelines.FirstOrDefault(one => one.Timeline == fork.Parent)?.Ranges ?? [])
            {
                if (range.Start < fork.End) parts.Add(range.End <= fork.End ? range : range with { End = fork.End });
            }
        }
        var joined = new List<WalRange>();
        foreach (var part in parts.OrderBy(part => part.Start).ThenBy(part => part.End))
        {
            if (joined.Count == 0 || joined[^1].End < part.Start) joined.Add(part);
            else if (part.End > joined[^1].End) joined[^1] = joined[^1] with { End = part.End, Last = part.Last };
        }
        return joined;
    }
}
