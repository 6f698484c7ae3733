using Tidemark.Postgres.Wal;
using Tidemark.Telemetry;
using Tidemark.Wal;

namespace Tidemark.Hosting;

/// <summary>WAL as metrics; pure.</summary>
internal static class WalMetrics
{
    private static readonly KeyValuePair<string, string> Cluster = new("cluster", "default");

    public static MetricFamily Of(IReadOnlyList<StoreReach> stores, DateTimeOffset now) =>
        new("tidemark_wal_reach_age_seconds", "gauge", "Age of the moment up to which a store holds every commit, as WAL; absent when that is not known, or it lies in the future.",
            [.. from one in stores let age = one.Reach?.Age(now) where age is not null select new MetricSample([Cluster, new("store", one.Store)], age.Value.TotalSeconds)]);

    /// <summary>Of a service: what is known of stores, and where it receives, of the receiver.</summary>
    /// <param name="sight">What was seen.</param>
    /// <param name="slot">The name of ours.</param>
    /// <param name="now">Our clock.</param>
    public static IReadOnlyList<MetricFamily> Of(WalSight sight, string slot, DateTimeOffset now)
    {
        if (!sight.IsReceived) return [Of(sight.Stores, now)];
        return
        [
            Of(sight.Stores, now),
            new("tidemark_wal_receiving", "gauge", "1 while WAL is received from the server.", [new MetricSample([Cluster], IsReceiving(sight) ? 1 : 0)]),
            // What the server has written since it was last heard is known to nobody.
            new("tidemark_wal_lag_bytes", "gauge", "WAL that the server has written and a store does not hold; absent while the server says nothing.",
                EndOf(sight) is not { } end ? [] : [.. sight.Stores.Where(one => one.Reach is not null).Select(one => new MetricSample([Cluster, new("store", one.Store)], end > one.Reach!.End ? end - one.Reach.End : 0))]),
            new("tidemark_wal_slot_held_bytes", "gauge", "WAL that the server keeps on its own disk for our slot; absent while the server says nothing, or there is no slot.",
                [.. (sight.Server?.Slots ?? []).Where(one => one.Name == slot).Select(one => new MetricSample([Cluster, new("slot", one.Name)], one.HeldBytes ?? 0))]),
            new("tidemark_wal_spool_bytes", "gauge", "WAL on our disk that is not in every store yet.", sight.SpoolBytes is { } bytes ? [new MetricSample([Cluster], bytes)] : []),
        ];
    }

    private static bool IsReceiving(WalSight sight) => sight is { Report: { Since: not null, Failure: null }, Failure: null };

    /// <summary>The furthest that the server was heard to be.</summary>
    private static Lsn? EndOf(WalSight sight)
    {
        var heard = IsReceiving(sight) && sight.Report is { ServerClock: not null, ServerEnd: var end } ? end : (Lsn?)null;
        return sight.Server is not { Flushed: var asked } ? heard : heard > asked ? heard : asked;
    }
}
