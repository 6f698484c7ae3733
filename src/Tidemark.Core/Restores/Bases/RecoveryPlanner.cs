using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>Decides which backup and which WAL lead to what was asked for, and refuses what they do not reach, with the nearest moments that they do. It does nothing itself.</summary>
/// <remarks>
/// Recovery is told a place (<c>recovery_target_lsn</c>), never a time: PostgreSQL fails on a time behind the last commit, and stops at the first commit that is later,
/// while an earlier one may stand behind it. A transaction and a name are places too: both may come twice.
/// </remarks>
internal sealed class RecoveryPlanner(RecoveryFacts facts, IRoadSearch search)
{
    /// <param name="roads">Of these facts.</param>
    /// <param name="target">As asked for.</param>
    /// <param name="token">Ends the reading.</param>
    /// <exception cref="Fault">4: it cannot be reached. 2: it is not one place. 5: this machine cannot hold the data.</exception>
    public async Task<RecoveryPlan> PlanAsync(RecoveryRoads roads, RecoveryTarget target, CancellationToken token)
    {
        var plan = target switch
        {
            RecoveryTarget.Moment moment => await OfMomentAsync(roads, moment, token),
            RecoveryTarget.Place place => await OfPlaceAsync(roads, place, token),
            RecoveryTarget.Transaction transaction => OfRecord(roads, target, await AllAsync(roads, road => search.TransactionAsync(road, transaction.Id, token)), "the end of this transaction"),
            RecoveryTarget.Named named => OfRecord(roads, target, await AllAsync(roads, road => search.NameAsync(road, named.Name, token)), "a restore point of this name"),
            RecoveryTarget.Immediate => await ImmediateAsync(roads.All[0], target, token),
            _ => new RecoveryPlan(roads.All[0], target, RecoveryStop.End, null, roads.All[0].End, null, []),
        };
        RequireSameMachine(plan.Road);
        return plan with { Warnings = [.. plan.Warnings, .. Doubts(plan, roads)] };
    }

    private async Task<RecoveryPlan> OfMomentAsync(RecoveryRoads roads, RecoveryTarget.Moment target, CancellationToken token)
    {
        foreach (var from in roads.All.Where(road => road.ConsistentAt <= target.Time))
            if (await search.MomentAsync(from, target.Time, token) is { BackupIsLater: false } found) return await OfMomentAsync(roads, target, from, found, token);
        throw Unreachable(target, "the first backup ended after it", null, Earliest(roads));
    }

    private async Task<RecoveryPlan> OfMomentAsync(RecoveryRoads roads, RecoveryTarget.Moment target, RecoveryRoad from, FoundMoment found, CancellationToken token)
    {
        if (found.Later is null && !CommitsAreKnownTo(from, target.Time))
            throw Unreachable(target, Ends(from), found.Commit?.Time ?? from.ConsistentAt, roads.All.LastOrDefault(road => road.ConsistentAt > target.Time)?.ConsistentAt);
        if (found.Later is null) return new RecoveryPlan(from, target, RecoveryStop.End, null, from.End, found.Commit?.Time, ["nothing was committed between the last commit that is stored and this moment: recovery goes on to the end of the log"]);
        if (found.Commit is not { } commit)
        {
            var plan = await ImmediateAsync(from, target, token);
            return plan with { Warnings = [.. plan.Warnings, "nothing was committed between the end of the backup and this moment: recovery stops where the backup ended"] };
        }
        string[] warnings = found.Disordered == 0 ? [] : [$"{found.Disordered} commits with a later time stand before the last one that is not later, and come with it: the server's clock was set back, or they ended together"];
        return At(from, target, commit, commit.Time) with { Warnings = warnings };
    }

    private async Task<RecoveryPlan> OfPlaceAsync(RecoveryRoads roads, RecoveryTarget.Place target, CancellationToken token)
    {
        if (roads.All.FirstOrDefault(road => road.Consistent <= target.Lsn) is not { } from)
            throw new Fault(FaultCode.NotFound, "no backup leads to this place of the log") { Where = target.Text, Why = $"the first one is consistent at {roads.All[^1].Consistent}", Next = $"--at {roads.All[^1].Consistent} # the nearest that can be reached" };
        var found = await search.PlaceAsync(from, target.Lsn, token);
        if (found.Record is { } record) return At(from, target, record, null);
        if (found.End >= target.Lsn) return new RecoveryPlan(from, target, RecoveryStop.End, null, from.End, null, []);
        var after = roads.All.LastOrDefault(road => road.Consistent > target.Lsn)?.Consistent;
        throw new Fault(FaultCode.NotFound, "the stored log does not reach this place") { Where = target.Text, Why = $"without a gap it ends at {found.End}{(after is null ? "" : $"; from another backup on, {after} can be reached")}", Next = $"--at {found.End} # the nearest before" };
    }

    private static RecoveryPlan OfRecord(RecoveryRoads roads, RecoveryTarget target, IReadOnlyList<FoundRecord> found, string what) => found switch
    {
        [] => throw new Fault(FaultCode.NotFound, $"{what} is nowhere in the stored log") { Where = target.Text, Why = $"it was looked at from {roads.All[^1].Consistent} to {roads.All[0].End}, on timeline {roads.Timeline.Value}", Next = "give a time: --at 2026-01-31T12:00:00Z" },
        [var one] => At(roads.All.First(road => road.Consistent <= one.At && one.At < road.End), target, one, one.Time),
        _ => throw new Fault(FaultCode.Ambiguous, $"{what} is in the log more than once") { Where = target.Text, Why = string.Join("; ", found.Select(one => $"{one.At} of {(one.Time is { } time ? RecoveryTarget.Told(time) : "no known time")}")), Next = $"--at {found[^1].At} # the last of them" },
    };

    /// <summary>In each stretch of the log once, from the first backup that leads through it.</summary>
    private static async Task<IReadOnlyList<FoundRecord>> AllAsync(RecoveryRoads roads, Func<RecoveryRoad, Task<IReadOnlyList<FoundRecord>>> look)
    {
        var found = new SortedDictionary<Lsn, FoundRecord>();
        foreach (var stretch in roads.All.GroupBy(road => road.End))
            foreach (var one in await look(stretch.MinBy(road => road.Consistent)!)) found[one.At] = one;
        return [.. found.Values];
    }

    /// <summary>A server that is to stop where it is consistent does so when it has read one record more (xlogrecovery.c, recoveryStopsBefore). A standby's backup may end where none is: told to stop there, it would fail.</summary>
    private async Task<RecoveryPlan> ImmediateAsync(RecoveryRoad road, RecoveryTarget target, CancellationToken token) => (await search.PlaceAsync(road, road.Consistent, token)).Record is { } next
        ? new(road, target, RecoveryStop.Immediate, null, SegmentEnd(road, next.Next), road.ConsistentAt, [])
        : new(road, target, RecoveryStop.End, null, SegmentEnd(road, road.Consistent), road.ConsistentAt, ["the backup ends where the stored log does: recovery goes on to the end of the log, which is the same place, and does not wait there"]);

    private static RecoveryPlan At(RecoveryRoad road, RecoveryTarget target, FoundRecord record, DateTimeOffset? reached) => new(road, target, RecoveryStop.Place, record.At, SegmentEnd(road, record.Next), reached, []);

    private static Lsn SegmentEnd(RecoveryRoad road, Lsn end) => road.SegmentSize.StartOf(road.SegmentSize.NumberBefore(end) + 1) is var next && next < road.End ? next : road.End;

    /// <summary>A receiver says that up to then every commit is there: that there is none later is no loss.</summary>
    private bool CommitsAreKnownTo(RecoveryRoad road, DateTimeOffset time) => facts.Reach is { } reach && reach.At >= time && reach.Timeline == road.History.Timeline && reach.End <= road.End;

    private string Ends(RecoveryRoad road) => facts.Coverage.Along(road.History.Timeline).Any(range => range.Start >= road.End)
        ? $"the log has a gap, or says that changes are missing from it, at {road.End}"
        : $"the stored log ends at {road.End}, and no receiver says that nothing was committed since";

    private static DateTimeOffset Earliest(RecoveryRoads roads) => roads.All.Min(road => road.ConsistentAt);

    private static Fault Unreachable(RecoveryTarget target, string why, DateTimeOffset? before, DateTimeOffset? after)
    {
        var nearest = new[] { before is { } b ? $"the nearest before is {RecoveryTarget.Told(b)}" : null, after is { } a ? $"the nearest after is {RecoveryTarget.Told(a)}" : null }.OfType<string>();
        return new Fault(FaultCode.NotFound, "this moment cannot be reached") { Where = target.Text, Why = $"{why}; {string.Join(", ", nearest)}", Next = $"--at {RecoveryTarget.Told((before ?? after)!.Value)}" };
    }

    private IEnumerable<string> Doubts(RecoveryPlan plan, RecoveryRoads roads)
    {
        if (plan.Road.Base.Why is { } why) yield return $"backup {plan.Road.Base.Id}: {why}";
        foreach (var leftOut in roads.LeftOut) yield return $"not used: {leftOut}";
        if (plan.Road.Manifest.PageWarnings is { Count: > 0 } pages) yield return $"{pages.Count} pages were damaged on the server when the backup was taken, the first is page {pages[0].Page} of {pages[0].Path}: {pages[0].Why}";
        if (plan.Stop == RecoveryStop.End && facts.Coverage.Along(roads.Timeline).Any(range => range.Start >= plan.Road.End)) yield return $"WAL behind {plan.Road.End} is stored, and cannot be reached: {Ends(plan.Road)}";
        foreach (var other in facts.Coverage.Timelines.Where(one => one.Timeline > roads.Timeline)) yield return $"timeline {other.Timeline.Value} is newer; this follows timeline {roads.Timeline.Value}";
    }

    /// <summary>What the server was built with cannot be changed by a restore: better told before than after terabytes.</summary>
    private static void RequireSameMachine(RecoveryRoad road)
    {
        var control = ControlFile.Read(road.Manifest.Control, out var why) ?? throw new Fault(FaultCode.Verification, "the control file in the backup cannot be used") { Where = $"{road.Base.Id}", Why = why, Next = "tidemark list # and restore another backup" };
        if (!BitConverter.IsLittleEndian || control.Sizes is not { FloatFormatIsOurs: true, MaxAlign: 8 })
            throw new Fault(FaultCode.Refused, "these data are of another kind of machine") { Where = $"{road.Base.Id}", Why = "its order or width of bytes differs from this one's", Next = "tidemark restore # on a machine like the one that was backed up" };
    }
}
