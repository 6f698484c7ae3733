using Tidemark.Journal;
using Tidemark.Telemetry;

namespace Tidemark.Protection;

/// <summary>The state of all databases as metrics; pure.</summary>
internal static class ProtectionMetrics
{
    /// <param name="report">What is known of the stores.</param>
    /// <param name="history">Of runs.</param>
    /// <param name="tally">What was counted; where that is not known, there are no counters: a 0 would be a lie.</param>
    /// <param name="configured">Told of from the start, at 0; null: none.</param>
    public static IReadOnlyList<MetricFamily> Of(ProtectionReport report, RunHistory history, EventTally tally, string? configured)
    {
        var databases = report.Databases;
        var names = tally.Finding is not null ? [] : databases.Select(database => database.Facts.Database).Concat(tally.Counts.Keys.Where(count => count.Action.StartsWith("DB_BACKUP_", StringComparison.Ordinal)).Select(count => count.Database))
            .Append(configured).OfType<string>().Where(name => name.Length > 0).Distinct().ToList();
        MetricFamily Counter(string name, string help, params string[] actions) =>
            new(name, "counter", $"{help}.", [.. names.Select(database => new MetricSample(Labels(database), actions.Sum(action => tally.Of(action, database))))]);
        MetricFamily Gauge(string name, string help, Func<DatabaseProtection, double?> value) =>
            new(name, "gauge", help, [.. databases.Where(database => value(database) is not null).Select(database => new MetricSample(Labels(database), value(database)!.Value))]);
        return
        [
            Counter("db_backup_success_total", "Backups that succeeded", "DB_BACKUP_CREATED", "DB_BACKUP_SCHEDULED"),
            Counter("db_backup_failure_total", "Backups that failed, were interrupted or killed", "DB_BACKUP_FAILED"),
            Counter("db_backup_purge_total", "Backups that were removed by retention", "DB_BACKUP_PURGED"),
            Counter("db_backup_purge_failure_total", "Backups that retention could not remove", "DB_BACKUP_PURGE_FAILED"),
            Gauge("tidemark_recovery_point_age_seconds", "Age of the newest good backup's recovery point when this was written; absent when there is none.", database => database.Recovery.Age?.TotalSeconds),
            Gauge("tidemark_proven_point_age_seconds", "Age of the newest recovery point that a drill restored and checked; absent when there is none.",
                database => database.ProvenPoint is { } proven ? RecoveryPoint.Age(proven.At, report.At).TotalSeconds : null),
            Gauge("tidemark_restore_forecast_seconds", "How long a restore of the newest good backup would take (median), by what restores and drills took; absent when none was measured.", database => database.Facts.Forecast?.P50.TotalSeconds),
            Gauge("tidemark_restore_forecast_p90_seconds", "As above, the 90th percentile; absent when too few were measured.", database => database.Facts.Forecast?.P90?.TotalSeconds),
            Gauge("tidemark_measured_rpo_seconds", "RPO that the drill of the proven point measured, from its newest heartbeat; absent when it had none.", database => database.ProvenPoint?.RpoSeconds),
            Gauge("tidemark_measured_rto_seconds", "RTO that the drill of the proven point measured, restore and hooks.", database => database.ProvenPoint?.RtoSeconds),
            new("tidemark_run_duration_seconds", "gauge", "Duration of the latest run that succeeded, of each kind.",
                [.. history.LastSucceeded.Where(run => run.FinishedAt is not null).Select(run => new MetricSample([new("cluster", Cluster), new("database", run.Database), new("run", run.Kind)], Math.Max(0, (run.FinishedAt!.Value - run.StartedAt).TotalSeconds)))]),
            new("tidemark_protection_state", "gauge", "1 for the state that a database is in, 0 for the others; recovery and proof each have one.", [.. databases.SelectMany(States)]),
        ];
    }

    /// <summary>One server's databases are all there is today; the word is in every manifest.</summary>
    private const string Cluster = "default";

    private static IEnumerable<MetricSample> States(DatabaseProtection database) =>
        from line in new[] { (Name: "recovery", database.Recovery.State), (Name: "proof", database.Proof.State) }
        from state in Enum.GetValues<ProtectionState>()
        select new MetricSample([.. Labels(database), new("line", line.Name), new("state", Word(state))], state == line.State ? 1 : 0);

    private static string Word(ProtectionState state) => state == ProtectionState.AtRisk ? "at_risk" : state.ToString().ToLowerInvariant();

    private static IReadOnlyList<KeyValuePair<string, string>> Labels(string database) => [new("cluster", Cluster), new("kind", "dump"), new("database", database)];

    private static IReadOnlyList<KeyValuePair<string, string>> Labels(DatabaseProtection database) =>
        database.Facts.Server is { } server ? [.. Labels(database.Facts.Database), new("server", server)] : Labels(database.Facts.Database);
}
