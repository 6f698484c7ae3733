using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Tidemark.Telemetry;

namespace Tidemark.Hosting;

/// <summary>What /metrics tells, for a host that exports with OpenTelemetry: read from the same places when its reader asks. Exporters to Prometheus make the same names of it.</summary>
internal sealed class ServiceMeter(ServiceMetrics metrics) : IHostedService, IDisposable
{
    private static readonly (string Family, string Name, string? Unit)[] Counters =
    [
        ("db_backup_success_total", "db.backup.success", null),
        ("db_backup_failure_total", "db.backup.failure", null),
        ("db_backup_purge_total", "db.backup.purge", null),
    ];

    private static readonly (string Family, string Name, string? Unit)[] Gauges =
    [
        ("tidemark_recovery_point_age_seconds", "tidemark.recovery_point.age", "s"),
        ("tidemark_proven_point_age_seconds", "tidemark.proven_point.age", "s"),
        ("tidemark_heartbeat_age_seconds", "tidemark.heartbeat.age", "s"),
        ("tidemark_protection_state", "tidemark.protection.state", null),
        ("tidemark_store_reachable", "tidemark.store.reachable", null),
        ("tidemark_wal_reach_age_seconds", "tidemark.wal.reach.age", "s"),
        ("tidemark_wal_lag_bytes", "tidemark.wal.lag", "By"),
        ("tidemark_wal_receiving", "tidemark.wal.receiving", null),
        ("tidemark_wal_slot_held_bytes", "tidemark.wal.slot.held", "By"),
        ("tidemark_wal_spool_bytes", "tidemark.wal.spool", "By"),
        ("tidemark_base_backup_age_seconds", "tidemark.base_backup.age", "s"),
        ("tidemark_recovery_window_seconds", "tidemark.recovery_window", "s"),
        ("tidemark_queue_length", "tidemark.queue.length", null),
    ];

    private readonly Meter meter = new(Instruments.Name, Instruments.Version);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (family, name, unit) in Counters) meter.CreateObservableCounter(name, () => Measured(family), unit);
        foreach (var (family, name, unit) in Gauges) meter.CreateObservableGauge(name, () => Measured(family), unit);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter.Dispose();

    /// <summary>Readers ask on threads of their own; what is slow was looked at within the last seconds.</summary>
    private IEnumerable<Measurement<double>> Measured(string family) =>
        metrics.ReadAsync(CancellationToken.None).GetAwaiter().GetResult().Where(known => known.Name == family).SelectMany(known => known.Samples)
            .Select(sample => new Measurement<double>(sample.Value, sample.Labels.Select(label => new KeyValuePair<string, object?>(label.Key, label.Value))));
}
