using Tidemark.Wal;

namespace Tidemark.Cli.Output;

/// <param name="At">When it was looked, by the server's clock where that answered.</param>
/// <param name="Server">Null: it cannot be asked.</param>
/// <param name="ObjectiveSeconds">What <c>behindSeconds</c> of one store at least must not exceed; null: nobody said.</param>
/// <param name="Breached">It does, in every store.</param>
/// <param name="Stores">Those in which something is.</param>
internal sealed record WalStatusDocument(DateTimeOffset At, WalServerDetail? Server, double? ObjectiveSeconds, bool Breached, IReadOnlyList<WalStoreDetail> Stores)
{
    public static WalStatusDocument Of(WalServer? server, IReadOnlyList<WalStatus> stores, TimeSpan? objective, DateTimeOffset now) => new(
        server?.Now ?? now,
        server is null ? null : new WalServerDetail($"{server.SystemIdentifier}", server.Timeline.Value, server.Standby, $"{server.Flushed}", server.SegmentSize.Bytes, [.. server.Slots.Select(slot => new WalSlotDetail(slot.Name, slot.Kind, slot.Active, slot.HeldBytes, slot.State))]),
        objective?.TotalSeconds,
        IsBreached(stores, objective),
        [.. stores.Select(WalStoreDetail.Of)]);

    /// <summary>Recovery needs one store: the best of them counts.</summary>
    public static bool IsBreached(IReadOnlyList<WalStatus> stores, TimeSpan? objective) => objective is { } most && !stores.Any(one => one.Behind <= most);
}

/// <param name="SystemIdentifier">Decimal, as text.</param>
/// <param name="Timeline">On which it writes.</param>
/// <param name="Standby">It is in recovery.</param>
/// <param name="Lsn">What is safe on its disk; of a standby, what it received.</param>
/// <param name="SegmentSize">Bytes.</param>
/// <param name="Slots">All of them.</param>
internal sealed record WalServerDetail(string SystemIdentifier, uint Timeline, bool Standby, string Lsn, int SegmentSize, IReadOnlyList<WalSlotDetail> Slots);

/// <param name="Name">As PostgreSQL knows it.</param>
/// <param name="Kind">physical or logical.</param>
/// <param name="Active">Somebody reads from it.</param>
/// <param name="HeldBytes">What the server keeps for it; null: nothing.</param>
/// <param name="WalStatus">reserved, extended, unreserved, lost.</param>
internal sealed record WalSlotDetail(string Name, string Kind, bool Active, long? HeldBytes, string? WalStatus);

/// <param name="Store">Its address.</param>
/// <param name="Folder">In it: this life of the cluster.</param>
/// <param name="StartLsn">From there to <c>endLsn</c> nothing is missing.</param>
/// <param name="EndLsn">The first byte of the server's history that is not there.</param>
/// <param name="LagBytes">What the server has beyond that; null: it cannot be asked.</param>
/// <param name="BehindSeconds">How old the newest commit is that is there, when there is a lag; else 0.</param>
/// <param name="Newest">The object that was written last.</param>
/// <param name="Timelines">In order.</param>
internal sealed record WalStoreDetail(string Store, string Folder, string? StartLsn, string? EndLsn, long? LagBytes, double? BehindSeconds, WalNewestDetail? Newest, IReadOnlyList<WalTimelineDetail> Timelines)
{
    public static WalStoreDetail Of(WalStatus one) => new(
        one.Address, one.Incarnation.Key, one.Start?.ToString(), one.End?.ToString(), one.LagBytes, one.Behind?.TotalSeconds, one.Newest is { } newest ? new WalNewestDetail(newest.Key, newest.Written) : null,
        [.. one.Coverage.Timelines.Select(timeline => new WalTimelineDetail(
            timeline.Timeline.Value,
            [.. timeline.Ranges.Select(range => new WalRangeDetail($"{range.Start}", $"{range.End}", one.Moments.GetValueOrDefault(range)?.First, one.Moments.GetValueOrDefault(range)?.Last))],
            [.. timeline.Gaps.Select(gap => new WalGapDetail($"{gap.First}", $"{gap.Last}", one.Arriving.Contains(gap)))],
            [.. timeline.Breaks.Select(at => $"{at}")],
            [.. timeline.Conflicts.Select(conflict => new WalConflictDetail($"{conflict.Segment}", conflict.Sha256, conflict.At?.ToString()))],
            timeline.LacksHistory))]);
}

internal sealed record WalNewestDetail(string Key, DateTimeOffset Written);

/// <param name="Timeline">Its number.</param>
/// <param name="Ranges">What is there without a gap, in order.</param>
/// <param name="Gaps">Segments that are missing.</param>
/// <param name="Breaks">Where wal_level was minimal from then on: no recovery gets past them.</param>
/// <param name="Conflicts">Segments of which several are there that differ: nothing at or after the first counts.</param>
/// <param name="LacksHistory">The file that says where it comes from is not there.</param>
internal sealed record WalTimelineDetail(uint Timeline, IReadOnlyList<WalRangeDetail> Ranges, IReadOnlyList<WalGapDetail> Gaps, IReadOnlyList<string> Breaks, IReadOnlyList<WalConflictDetail> Conflicts, bool LacksHistory);

/// <param name="FirstLsn">The first byte.</param>
/// <param name="EndLsn">The first byte behind it.</param>
/// <param name="FirstCommit">From then…</param>
/// <param name="LastCommit">… to then every commit is there; null: not known.</param>
internal sealed record WalRangeDetail(string FirstLsn, string EndLsn, DateTimeOffset? FirstCommit, DateTimeOffset? LastCommit);

/// <param name="First">The first segment that is missing.</param>
/// <param name="Last">The last of them.</param>
/// <param name="Arriving">What follows is minutes old: these may still be under way.</param>
internal sealed record WalGapDetail(string First, string Last, bool Arriving);

/// <param name="Segment">From it on nothing counts.</param>
/// <param name="Sha256">Of those that are there; empty: a mark says it.</param>
/// <param name="Lsn">Where the mark says that the server wrote another history.</param>
internal sealed record WalConflictDetail(string Segment, IReadOnlyList<string> Sha256, string? Lsn);
