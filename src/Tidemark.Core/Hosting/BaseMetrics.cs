using Tidemark.Protection;
using Tidemark.Telemetry;

namespace Tidemark.Hosting;

/// <summary>Base backups as metrics; pure.</summary>
internal static class BaseMetrics
{
    private static readonly KeyValuePair<string, string> Cluster = new("cluster", "default");

    public static IReadOnlyList<MetricFamily> Of(IReadOnlyList<BaseStanding> bases, DateTimeOffset now) =>
    [
        new("tidemark_base_backups", "gauge", "Good base backups in a store, those that have expired left out; absent when that is not known.", [.. from one in bases where one.Failure is null select Sample(one, one.Good)]),
        new("tidemark_base_backups_damaged", "gauge", "Base backups in a store that were found damaged.", [.. from one in bases where one.Failure is null select Sample(one, one.Damaged.Count)]),
        new("tidemark_base_backup_age_seconds", "gauge", "Age of the newest good base backup in a store; absent when there is none.", [.. from one in bases let age = one.NewestAge(now) where age is not null select Sample(one, age.Value.TotalSeconds)]),
        new("tidemark_base_backup_size_bytes", "gauge", "Stored size of the newest good base backup in a store.", [.. from one in bases where one.NewestBytes is not null select Sample(one, one.NewestBytes!.Value)]),
        new("tidemark_recovery_window_seconds", "gauge", "How far back any second can be reached with base backups and WAL of a store; absent when none can.", [.. from one in bases where one.From is not null select Sample(one, (now - one.From!.Value).TotalSeconds)]),
        new("tidemark_base_proven_point_age_seconds", "gauge", "Age of the newest moment that a drill of a whole server came back to; absent when there is none.", [.. from one in bases where one.Proof is not null select Sample(one, RecoveryPoint.Age(one.Proof!.At, now).TotalSeconds)]),
        new("tidemark_base_measured_rpo_seconds", "gauge", "RPO that this drill measured, from its newest heartbeat; absent when it had none.", [.. from one in bases where one.Proof?.RpoSeconds is not null select Sample(one, one.Proof!.RpoSeconds!.Value)]),
        new("tidemark_base_measured_rto_seconds", "gauge", "RTO that this drill measured: restore, recovery and hooks.", [.. from one in bases where one.Proof?.RtoSeconds is not null select Sample(one, one.Proof!.RtoSeconds!.Value)]),
        new("tidemark_base_restore_forecast_seconds", "gauge", "How long a restore of the newest base backup, up to the end of the stored WAL, would take (median); absent when none was measured, or its manifest is sealed.", [.. from one in bases where one.Forecast is not null select Sample(one, one.Forecast!.P50.TotalSeconds)]),
        new("tidemark_base_restore_forecast_p90_seconds", "gauge", "As above, the 90th percentile; absent when too few were measured.", [.. from one in bases where one.Forecast?.P90 is not null select Sample(one, one.Forecast!.P90!.Value.TotalSeconds)]),
    ];

    private static MetricSample Sample(BaseStanding one, double value) => new([Cluster, new("store", one.Store)], value);
}
