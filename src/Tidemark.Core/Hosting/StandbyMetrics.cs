using Tidemark.Standbys;
using Tidemark.Telemetry;

namespace Tidemark.Hosting;

/// <summary>Standbys as metrics; pure.</summary>
internal static class StandbyMetrics
{
    /// <summary>Nothing where there is none.</summary>
    public static IReadOnlyList<MetricFamily> Of(IReadOnlyList<StandbySight> standbys) => standbys.Count == 0 ? [] :
    [
        Family("tidemark_standby_following", "1 while the standby is within its objective.", standbys, report => report.State == StandbyState.Following ? 1 : 0),
        Family("tidemark_standby_lag_seconds", "How far behind the standby is, measured by a row that travels; absent when that is not known.", standbys, report => report.LagSeconds),
        Family("tidemark_standby_lag_bytes", "WAL of the primary that the standby has not confirmed; absent when that is not known.", standbys, report => report.LagBytes),
        Family("tidemark_standby_slot_held_bytes", "WAL that the primary keeps on its own disk for the standby; absent when that is not known.", standbys, report => report.HeldBytes),
        Family("tidemark_standby_schema_differences", "Differences between the schemas of the primary and the standby; absent until they were compared.", standbys, report => report.Drift?.Findings.Count),
    ];

    private static MetricFamily Family(string name, string help, IReadOnlyList<StandbySight> standbys, Func<StandbyReport, double?> value) =>
        new(name, "gauge", help, [.. from one in standbys let known = value(one.Report) where known is not null select new MetricSample([new("cluster", "default"), new("database", one.Database), new("standby", one.Report.Name)], known.Value)]);
}
