using Tidemark.BaseBackups;
using Tidemark.Dumps;
using Tidemark.Journal;
using Tidemark.Protection;
using Tidemark.Repositories;
using Tidemark.Retention.Bases;
using Tidemark.Wal;

namespace Tidemark.Hosting;

/// <summary>What base backups and WAL of the latest life of the cluster in one store are worth together: from when to when any second can be reached; pure.</summary>
/// <param name="Store">Its address.</param>
/// <param name="SystemIdentifier">Of the cluster; null: nothing is known of it.</param>
/// <param name="Good">How many can be restored, those that have expired left out.</param>
/// <param name="Newest">Of these; null: there is none.</param>
/// <param name="Damaged">Ids of those that are damaged.</param>
/// <param name="From">The first second; null: none can be reached.</param>
/// <param name="Until">The last second; null: as far as the last commit in the stored WAL, which nobody has noted the time of.</param>
/// <param name="Failure">Why it is not known; null: it is.</param>
internal sealed record BaseStanding(string Store, string? SystemIdentifier, int Good, BaseItem? Newest, IReadOnlyList<string> Damaged, DateTimeOffset? From, DateTimeOffset? Until, string? Failure)
{
    /// <summary>The newest moment that a drill came back to; null: none ever did.</summary>
    public ProvenPoint? Proof { get; private init; }

    /// <summary>Of a restore of the newest, up to the end of the stored log; null: that was never measured, or its manifest is sealed.</summary>
    public RestoreForecast? Forecast { get; private init; }

    /// <summary>Good ones that have expired, and are still there.</summary>
    public int Expired { get; private init; }

    /// <summary>Bytes of all packs that the newest needs.</summary>
    public long? NewestBytes => Newest?.Entry.Refs!.PackBytes;

    /// <summary>Null: there is none, or it lies in the future.</summary>
    public TimeSpan? NewestAge(DateTimeOffset now) => Newest is { } newest && newest.Time <= now ? now - newest.Time : null;

    /// <param name="facts">What the store holds.</param>
    /// <param name="reach">Up to when every commit is known to be there; null: nobody noted it.</param>
    /// <param name="measured">What restores took.</param>
    /// <param name="now">The moment.</param>
    public static BaseStanding Of(BaseRetentionFacts facts, WalReach? reach, IReadOnlyList<MeasuredPhase> measured, DateTimeOffset now)
    {
        var items = facts.Entries.Where(entry => entry.IsGood && entry.Refs is not null && !BaseRetentionPlanner.IsLeaving(entry, now)).Select(entry => new BaseItem(entry, now)).OrderByDescending(item => item.Time).ToList();
        var damaged = facts.Entries.Where(entry => entry.State == BaseState.Damaged && !BaseRetentionPlanner.IsLeaving(entry, now)).Select(entry => entry.Id.Text).Order(StringComparer.Ordinal).ToList();
        var standing = new BaseStanding(facts.Store, $"{facts.Life.SystemIdentifier}", items.Count, items.FirstOrDefault(), damaged, null, null, null) { Expired = facts.Entries.Count(entry => entry.IsGood && BaseRetentionPlanner.IsLeaving(entry, now)), Proof = ProofOf(items, now) };
        if (items.Count == 0) return standing;
        // Along the history of the newest: what lies on a branch that was left leads elsewhere.
        var (timeline, start) = items[0].Wal.Stop.Place();
        if (reach is not null && reach.Timeline > timeline && facts.Coverage.Histories.GetValueOrDefault(reach.Timeline)?.EndOf(timeline) > start) timeline = reach.Timeline;
        var end = facts.Coverage.UnbrokenTo(timeline, items[0].Wal.Start.Place().Lsn);
        standing = standing with { Forecast = ForecastOf(items[0], facts, end, measured) };
        if (end is null) return standing with { From = items[0].Time, Until = items[0].Time };
        var oldest = items.Last(item => IsOf(item, timeline, facts.Coverage) && facts.Coverage.UnbrokenTo(timeline, item.Wal.Start.Place().Lsn) == end);
        return standing with { From = oldest.Time, Until = reach is not null && reach.Timeline == timeline && reach.End <= end ? reach.At : null };
    }

    public static BaseStanding Unknown(string store, string why) => new(store, null, 0, null, [], null, null, why);

    /// <summary>A line each, for people.</summary>
    public IEnumerable<string> Words(DateTimeOffset now)
    {
        if (Failure is not null) yield return $"what base backups are there is not known: {Failure}";
        else if (Newest is null) yield return $"no good base backup is there{(Expired > 0 ? $", but for {Expired} that had expired and can still be restored" : "")}: tidemark backup --kind base";
        else yield return $"{Good} good, the newest {(NewestAge(now) is { } age ? $"{Ages.InWords(age)} old" : "ahead of our clock")}; any second from {At(From!.Value)} to {(Until is { } until ? At(until) : "the last commit in the stored WAL")}";
        if (Newest is not null)
        {
            yield return Proof is { } proof ? $"proven {Ages.InWords(RecoveryPoint.Age(proof.ProvenAt, now))} ago by {proof.ProvenBy}, which came back to {At(proof.At)}{(proof.Measured is { } measured ? $"; {measured}" : "")}" : "never proven by a drill";
            yield return Forecast?.InWords ?? (Newest.Entry.Manifest is null ? "how long a restore takes is not known: no key here opens the manifest" : "how long a restore takes was never measured: tidemark drill run --kind base");
        }
        if (Damaged.Count > 0) yield return $"DAMAGED: {string.Join(", ", Damaged)}";
    }

    /// <summary>None that a wrong clock has dated.</summary>
    private static ProvenPoint? ProofOf(IEnumerable<BaseItem> items, DateTimeOffset now) =>
        (from item in items
         let proof = item.Proof
         where proof is not null && !DumpEntry.IsAhead(proof.At, now)
         select new ProvenPoint(proof.Reached!.Time, proof.At, proof.Drill!, item.Id, proof.RpoSeconds, proof.RtoSeconds)).MaxBy(proof => proof.At);

    private static RestoreForecast? ForecastOf(BaseItem item, BaseRetentionFacts facts, Postgres.Wal.Lsn? end, IReadOnlyList<MeasuredPhase> measured)
    {
        if (item.Entry.Manifest is not { } manifest || facts.SegmentSize is not { } size) return null;
        var segments = size.NumberBefore(end ?? item.Wal.Stop.Place().Lsn) - size.NumberAt(item.Wal.Start.Place().Lsn) + 1;
        return RestoreForecast.OfBase(measured, IncarnationFolder.DefaultCluster, manifest.Totals.Bytes, (long)segments * size.Bytes);
    }

    private static bool IsOf(BaseItem item, Postgres.Wal.TimelineId timeline, WalCoverage coverage)
    {
        var (own, stop) = item.Wal.Stop.Place();
        return own == timeline || coverage.Histories.GetValueOrDefault(timeline)?.EndOf(own) > stop;
    }

    private static string At(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
