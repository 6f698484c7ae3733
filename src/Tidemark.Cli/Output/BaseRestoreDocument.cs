using System.Text.Json;
using Tidemark.Protection;
using Tidemark.Restores.Bases;

namespace Tidemark.Cli.Output;

/// <summary>Its stop is <c>end</c>, <c>immediate</c> or <c>place</c>: then the last record that is replayed begins there. The commit that recovery ends with may not be known before.</summary>
internal sealed record BasePlanDocument(string BackupId, string TargetDir, string Target, string Stop, string? StopLsn, DateTimeOffset? Reached, uint Timeline, string RedoLsn, string ConsistentLsn, DateTimeOffset ConsistentAt,
    int ServerVersion, long DataBytes, long WalSegments, long WalBytes, string Wal, IReadOnlyDictionary<string, string> Tablespaces, IReadOnlyList<string> Warnings)
{
    public static BasePlanDocument Of(RecoveryPlan plan, string folder, WalWay wal) => new($"{plan.Road.Base.Id}", folder, plan.Target.Text, Named(plan.Stop), plan.At?.ToString(), plan.Reached, plan.Road.History.Timeline.Value,
        $"{plan.Road.Redo}", $"{plan.Road.Consistent}", plan.Road.ConsistentAt, plan.Road.Manifest.ServerVersion, plan.Road.Manifest.Totals.Bytes, (long)plan.Segments, plan.WalBytes, Named(wal),
        plan.Road.Manifest.Tablespaces.Where(space => space.Path is not null).ToDictionary(space => $"{space.Oid}", space => space.Path!), plan.Warnings);

    public static string Named<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName($"{value}");
}

/// <summary>Of a restore that was only looked at. <c>state</c> says what is in the folder: free, unfinished, aside, old. Least and most are the median and the 90th percentile of so many restores that were measured, few of which tell no percentile; of none, a guess by a trial reading.</summary>
internal sealed record BaseOutlookDocument(BasePlanDocument Plan, string State, IReadOnlyDictionary<string, string> Links, long FreeBytes, IReadOnlyDictionary<string, string> Settings, double LeastSeconds, double? MostSeconds, int RestoresMeasured,
    string? ServerPrograms, BaseDeltaDocument? Delta, IReadOnlyList<string> Warnings)
{
    public static BaseOutlookDocument Of(RestoreOutlook outlook, RestoreForecast? measured) => new(BasePlanDocument.Of(outlook.Plan, outlook.Target.Path, outlook.Wal), BasePlanDocument.Named(outlook.Target.State), outlook.Outside.ByPath, outlook.Room.Free,
        outlook.Settings.Where(line => line.Value.Length > 0).ToDictionary(line => line.Name, line => line.Value), Tenths(measured?.P50 ?? outlook.Trial.Least)!.Value, Tenths(measured is null ? outlook.Trial.Most : measured.P90), measured?.Measured ?? 0,
        outlook.Programs?.Folder, outlook.Delta is { } delta ? new BaseDeltaDocument(delta.Files, delta.Bytes, delta.Kept, delta.Removed, delta.RemovedBytes, delta.FirstRemoved) : null, outlook.Warnings);

    private static double? Tenths(TimeSpan? span) => span is { } known ? Math.Round(known.TotalSeconds, 1) : null;
}

internal sealed record BaseDeltaDocument(long Files, long Bytes, long KeptBytes, long Removed, long RemovedBytes, IReadOnlyList<string> FirstRemoved);

/// <summary>What was there before may have been moved aside, to these names.</summary>
internal sealed record BaseRestoreDocument(BasePlanDocument Plan, string As, IReadOnlyList<string> MovedAside, long Files, long Bytes, long WrittenBytes, long Removed, DateTimeOffset? LastCommit, double Seconds, BaseReplayDocument? Recovery, IReadOnlyList<string> Warnings)
{
    public static BaseRestoreDocument Of(BaseRestoreReport report, ReplayReport? replay) => new(BasePlanDocument.Of(report.Plan, report.Folder, report.Wal), BasePlanDocument.Named(report.Manner.Role), report.Aside, report.Files, report.Bytes, report.Written, report.Removed,
        report.LastCommit, Math.Round(report.Duration.TotalSeconds, 3),
        replay is null ? null : new BaseReplayDocument(BasePlanDocument.Named(replay.Outcome), replay.Reached?.ToString(), replay.LastCommit, replay.Timeline.Value, replay.Port, replay.Log, Math.Round(replay.Duration.TotalSeconds, 3)), [.. report.Warnings, .. replay?.Warnings ?? []]);
}

/// <summary>Its outcome is <c>paused</c>, <c>promoted</c> or <c>following</c>.</summary>
internal sealed record BaseReplayDocument(string Outcome, string? ReachedLsn, DateTimeOffset? LastCommit, uint Timeline, int? Port, string Log, double Seconds);
