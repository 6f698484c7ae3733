using System.Globalization;
using System.Text;
using Tidemark.Postgres.Wal;
using Tidemark.Wal;

namespace Tidemark.Tests.Support;

/// <summary>Coverage drawn in a line, places counted in segments: <c>1:5 1:6 1:6' 2:7</c> are segments (the mark: another content), <c>2&lt;1@7.5</c> a history, <c>1:8+0.25</c> a tail, <c>1:8!0.25</c> a record that says wal_level=minimal, <c>1?7.5</c> a mark that another history was seen from there on.</summary>
internal static class WalPicture
{
    public static readonly WalSegmentSize Size = WalSegmentSize.Default;

    public static WalCoverage Cover(string drawn)
    {
        var (segments, tails) = (new List<CoveredSegment>(), new List<CoveredTail>());
        var (histories, breaks) = (new List<TimelineHistory>(), new List<CoveredBreak>());
        var marks = new List<CoveredConflict>();
        foreach (var word in drawn.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Split('<') is [var child, var forks])
            {
                var text = string.Concat(forks.Split(',').Select(fork => $"{fork.Split('@')[0]}\t{At(fork.Split('@')[1])}\tno recovery target specified\n"));
                histories.Add(TimelineHistory.Parse(new TimelineId(uint.Parse(child)), Encoding.UTF8.GetBytes(text)));
                continue;
            }
            if (word.Split('?') is [var twice, var from])
            {
                marks.Add(new CoveredConflict(new TimelineId(uint.Parse(twice)), At(from)));
                continue;
            }
            var timeline = new TimelineId(uint.Parse(word.Split(':')[0]));
            var rest = word.Split(':')[1];
            if (rest.Split('!') is [var broken, var where]) breaks.Add(new CoveredBreak(WalSegmentName.Of(timeline, ulong.Parse(broken), Size), (uint)(double.Parse(where) * Size.Bytes)));
            else if (rest.Split('+') is [var open, var part]) tails.Add(new CoveredTail(WalSegmentName.Of(timeline, ulong.Parse(open), Size), (int)(double.Parse(part) * Size.Bytes), default));
            else segments.Add(new CoveredSegment(WalSegmentName.Of(timeline, ulong.Parse(rest.TrimEnd('\'')), Size), rest.EndsWith('\'') ? "b" : "a", default));
        }
        return WalCoverage.Of(Size, segments, histories, tails, breaks, marks);
    }

    /// <summary><c>1: 5-7 8-8.5 gap 7 | 2: …</c>: the ends are the first that is not covered.</summary>
    public static string Draw(WalCoverage coverage) => string.Join(" | ", coverage.Timelines.Select(one =>
        $"{one.Timeline.Value}:{Draw(one.Ranges)}{string.Concat(one.Gaps.Select(gap => $" gap {Draw(gap)}"))}{string.Concat(one.Breaks.Select(at => $" break {Draw(at)}"))}{string.Concat(one.Conflicts.Select(conflict => $" conflict {conflict.Segment.Number(Size)}"))}{(one.LacksHistory ? " no history" : "")}"));

    public static string Draw(IEnumerable<WalRange> ranges) => string.Concat(ranges.Select(range => $" {Draw(range.Start)}-{Draw(range.End)}"));

    public static Lsn At(string place) => new((ulong)(double.Parse(place) * Size.Bytes));

    private static string Draw(WalGap gap) => $"{gap.First.Timeline.Value}:{gap.First.Number(Size)}{(gap.First == gap.Last ? "" : $"..{gap.Last.Number(Size)}")}";

    private static string Draw(Lsn lsn) => (lsn.Value / (double)Size.Bytes).ToString("0.##", CultureInfo.InvariantCulture);
}
