using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>What an answer to one request may be, by the plan alone. Pure.</summary>
/// <param name="Ask">False: it is answered with "not there", without a look.</param>
/// <param name="MustExist">It is planned: that it is not there is a failure.</param>
/// <param name="MayBeTail">It is the last of the plan, which counts on a tail.</param>
internal sealed record FetchRule(bool Ask, bool MustExist, bool MayBeTail)
{
    private static readonly FetchRule Free = new(true, false, false), NotThere = new(false, false, false);

    public static FetchRule Of(WalFileName name, WalPlan? plan) => name.Kind switch
    {
        // No recovery asks for it. A person may, for the commits that a promotion gave up.
        WalObjectKind.Partial when plan is not null => NotThere,
        WalObjectKind.History when plan is not null => OfHistory(name.Timeline, plan),
        WalObjectKind.Segment when plan is not null => OfSegment(name.Segment, plan),
        _ => Free,
    };

    /// <summary>Of later timelines the truth is told: at its end recovery looks for the first number that is free.</summary>
    private static FetchRule OfHistory(TimelineId timeline, WalPlan plan)
    {
        if (timeline > plan.History.Timeline) return Free;
        return timeline != TimelineId.First && (timeline == plan.History.Timeline || plan.History.EndOf(timeline) is not null) ? new FetchRule(true, true, false) : NotThere;
    }

    private static FetchRule OfSegment(WalSegmentName name, WalPlan plan)
    {
        if (!name.FitsIn(plan.SegmentSize)) return NotThere;
        var number = name.Number(plan.SegmentSize);
        return number > plan.Last || name.Timeline != plan.TimelineOf(number) ? NotThere : new FetchRule(true, true, number == plan.Last && plan.Tail is not null);
    }
}
