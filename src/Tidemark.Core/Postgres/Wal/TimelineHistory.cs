using System.Globalization;
using System.Text;

namespace Tidemark.Postgres.Wal;

/// <summary>From which timelines one came, and where each was left: the content of <c>NNNNNNNN.history</c>.</summary>
/// <param name="Timeline">The one whose history it is.</param>
/// <param name="Forks">The oldest first; empty for timeline 1, which has no file.</param>
internal sealed record TimelineHistory(TimelineId Timeline, IReadOnlyList<TimelineFork> Forks)
{
    /// <summary>PostgreSQL writes one line a fork, three fields parted by tabs, and skips what begins with <c>#</c> and empty lines (timeline.c, readTimeLineHistory).</summary>
    /// <exception cref="FormatException">It is no history of this timeline: no line of three fields, timelines that do not rise, or one not below its own.</exception>
    public static TimelineHistory Parse(TimelineId timeline, ReadOnlySpan<byte> content)
    {
        var forks = new List<TimelineFork>();
        foreach (var line in Encoding.UTF8.GetString(content).Split('\n'))
        {
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#') continue;
            var fields = text.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 2 || !uint.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var parent) || !Lsn.TryParse(fields[1], out var end))
                throw new FormatException($"'{text}' is no line of {timeline.HistoryFileName}: it needs a timeline, an LSN and a reason");
            if (parent == 0 || parent >= timeline.Value || (forks.Count > 0 && (parent <= forks[^1].Parent.Value || end < forks[^1].End)))
                throw new FormatException($"'{text}' cannot stand in {timeline.HistoryFileName}: its timelines and LSNs must rise, and stay below its own");
            forks.Add(new TimelineFork(new TimelineId(parent), end, fields.Length > 2 ? fields[2] : ""));
        }
        return new TimelineHistory(timeline, forks);
    }

    /// <summary>On which timeline the byte at this place was written, seen from this one.</summary>
    public TimelineId At(Lsn lsn)
    {
        foreach (var fork in Forks)
        {
            if (lsn < fork.End) return fork.Parent;
        }
        return Timeline;
    }

    /// <summary>Where this timeline, or an ancestor, was left; null: it is the last, or not of this history.</summary>
    public Lsn? EndOf(TimelineId timeline)
    {
        foreach (var fork in Forks)
        {
            if (fork.Parent == timeline) return fork.End;
        }
        return null;
    }
}

/// <param name="Parent">The timeline that was left.</param>
/// <param name="End">The first byte that is not of it any more.</param>
/// <param name="Reason">In PostgreSQL's words.</param>
internal sealed record TimelineFork(TimelineId Parent, Lsn End, string Reason);
