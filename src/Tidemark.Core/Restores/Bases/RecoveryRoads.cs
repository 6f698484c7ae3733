using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>Which backups lead where, on the timeline that is followed. Pure.</summary>
/// <param name="Timeline">The newest of which WAL is stored and that a backup leads to, unless one was asked for.</param>
/// <param name="All">The one that begins last first.</param>
/// <param name="LeftOut">Backups that do not serve, and why; for a person.</param>
internal sealed record RecoveryRoads(TimelineId Timeline, IReadOnlyList<RecoveryRoad> All, IReadOnlyList<string> LeftOut)
{
    /// <param name="facts">Of one life of the cluster in one store.</param>
    /// <param name="id">Only this backup; null: whichever fits.</param>
    /// <param name="timeline">Only this one; null: the newest that can be reached.</param>
    /// <exception cref="Fault">4: there is none.</exception>
    public static RecoveryRoads Of(RecoveryFacts facts, BaseId? id, TimelineId? timeline)
    {
        var usable = Usable(facts, id);
        TimelineId[] known = [.. facts.Coverage.Timelines.Select(one => one.Timeline).Concat(facts.Coverage.Histories.Keys).Append(TimelineId.First).Distinct().OrderDescending()];
        foreach (var candidate in timeline is { } asked ? [asked] : known)
        {
            var leftOut = facts.Bases.Where(one => id is null && !usable.Contains(one) && one.State != BaseState.Interrupted).Select(one => $"{one.Id}: {one.Why}").ToList();
            var roads = usable.Select(one => Road(facts, one, candidate, leftOut)).OfType<RecoveryRoad>().OrderByDescending(road => road.Consistent).ToList();
            if (roads.Count > 0) return new RecoveryRoads(candidate, roads, leftOut);
            if (timeline is not null) throw None(facts, $"none leads to timeline {candidate.Value}: {string.Join("; ", leftOut)}");
        }
        throw None(facts, usable.Count == 0 ? Told(facts.Bases) : "the WAL that they need is not stored");
    }

    /// <summary>One of a stranger serves when it is named, or on a machine that knows no writer's backup at all, as a new one does.</summary>
    private static List<BaseEntry> Usable(RecoveryFacts facts, BaseId? id)
    {
        var opened = facts.Bases.Where(one => one.Manifest is not null && (id is null || one.Id == id)).ToList();
        var trusted = opened.Where(one => one.State == BaseState.Complete).ToList();
        return trusted.Count > 0 ? trusted : opened.Where(one => one.State == BaseState.Unauthenticated).ToList();
    }

    private static RecoveryRoad? Road(RecoveryFacts facts, BaseEntry one, TimelineId timeline, List<string> leftOut)
    {
        var (manifest, history) = (one.Manifest!, facts.Coverage.Histories.GetValueOrDefault(timeline) ?? new TimelineHistory(timeline, []));
        var (first, redo) = manifest.Wal.Start.Place();
        var (last, stop) = manifest.Wal.Stop.Place();
        if (!Holds(history, first, redo) || !Holds(history, last, stop))
        {
            leftOut.Add($"{one.Id}: it was taken on timeline {last.Value}, and timeline {timeline.Value} does not come from there");
            return null;
        }
        if (facts.Coverage.UnbrokenTo(timeline, redo) is not { } end || end < stop)
        {
            leftOut.Add($"{one.Id}: the WAL that it needs, from {redo} to {stop}, is not all stored");
            return null;
        }
        return new RecoveryRoad(one, history, redo, stop, manifest.Wal.Stop.Time, end);
    }

    /// <summary>Whether what this timeline wrote up to there belongs to the history.</summary>
    private static bool Holds(TimelineHistory history, TimelineId timeline, Lsn at) => timeline == history.Timeline || (history.EndOf(timeline) is { } end && at <= end);

    private static string Told(IReadOnlyList<BaseEntry> bases) => bases.Count == 0 ? "none is there" : string.Join("; ", bases.Select(one => $"{one.Id}: {one.Why ?? "not the one that was named"}"));

    private static Fault None(RecoveryFacts facts, string why) => new(FaultCode.NotFound, "there is no base backup to restore from") { Where = $"{facts.Folder} in {facts.Store.Address}", Why = why, Next = "tidemark backup --kind base # takes one" };
}
