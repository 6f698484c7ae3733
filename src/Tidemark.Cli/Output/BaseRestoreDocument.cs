using System.Text.Json;
using Tidemark.Restores.Bases;

namespace Tidemark.Cli.Output;

/// <summary>Its stop is <c>end</c>, <c>immediate</c> or <c>place</c>: then the last record that is replayed begins there. The commit that recovery ends with may not be known before.</summary>
internal sealed record BasePlanDocument(string BackupId, string TargetDir, string Target, string Stop, string? StopLsn, DateTimeOffset? Reached, uint Timeline, string RedoLsn, string ConsistentLsn, DateTimeOffset ConsistentAt,
    int ServerVersion, long DataBytes, long WalSegments, long WalBytes, IReadOnlyList<string> Warnings)
{
    public static BasePlanDocument Of(RecoveryPlan plan, string folder) => new($"{plan.Road.Base.Id}", folder, plan.Target.Text, JsonNamingPolicy.CamelCase.ConvertName($"{plan.Stop}"), plan.At?.ToString(), plan.Reached, plan.Road.History.Timeline.Value,
        $"{plan.Road.Redo}", $"{plan.Road.Consistent}", plan.Road.ConsistentAt, plan.Road.Manifest.ServerVersion, plan.Road.Manifest.Totals.Bytes, (long)plan.Segments, plan.WalBytes, plan.Warnings);
}

/// <summary>What was there before may have been moved aside, to this name.</summary>
internal sealed record BaseRestoreDocument(BasePlanDocument Plan, string? MovedAside, long Files, long Bytes, double Seconds, IReadOnlyList<string> Warnings)
{
    public static BaseRestoreDocument Of(BaseRestoreReport report) => new(BasePlanDocument.Of(report.Plan, report.Folder), report.Aside, report.Files, report.Bytes, Math.Round(report.Duration.TotalSeconds, 3), report.Warnings);
}
