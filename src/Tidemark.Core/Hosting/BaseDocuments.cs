using Tidemark.BaseBackups;
using Tidemark.Dumps;
using Tidemark.Retention;
using Tidemark.Retention.Bases;

namespace Tidemark.Hosting;

/// <summary>Base backups in the shape of every backup.</summary>
internal static class BaseDocuments
{
    private const string Kind = "base";

    /// <summary>One that was just taken.</summary>
    public static BackupDocument Of(BaseReport report) =>
        new(report.Manifest.Id, Kind, null, LabelOf(report.Manifest), $"bases/{report.Manifest.Id}", report.Store, null, report.Manifest.Totals.StoredBytes, null, report.Manifest.Wal.Start.Time, report.Manifest.Wal.Stop.Time, "none", "good", null, [], [])
        {
            Type = report.Manifest.Type,
            Parent = report.Manifest.Parent,
        };

    public static BackupDocument Of(StoredBackup one, DateTimeOffset now) =>
        new(one.Id, Kind, null, LabelOf(one.Entry.Manifest), $"bases/{one.Id}", one.Bases.Store.Address, null, one.Entry.Refs?.PackBytes ?? 0, null, one.Entry.Refs?.Wal.Start.Time, one.RecoveryPoint, CheckOf(one), StateOf(one, now), PinOf(one, now) is { } pin ? PinDocument.Of(pin) : null, [], [])
        {
            Type = one.Entry.Refs?.Type,
            Parent = one.Entry.Refs?.Parent,
        };

    /// <summary>In words.</summary>
    public static string TypeOf(BaseRefs refs) => refs.Type == BaseRefs.Increment ? "increment" : "full";

    /// <summary>As with dumps: full, or none yet.</summary>
    public static string CheckOf(StoredBackup one) => one.Entry.Marks.Check is { Mark.Passed: true } ? DumpManifest.FullCheck : DumpManifest.NoCheck;

    /// <summary>good, damaged, unauthenticated, or expired: no rule keeps it, and it can be restored until it is swept.</summary>
    public static string StateOf(StoredBackup one, DateTimeOffset now) =>
        BaseRetentionPlanner.IsLeaving(one.Entry, now) ? "expired" : one.Entry.IsGood ? "good" : one.Entry.State.ToString().ToLowerInvariant();

    /// <summary>One that holds; null: none does.</summary>
    public static PinMark? PinOf(StoredBackup one, DateTimeOffset now) => one.Entry.Refs is not null && new BaseItem(one.Entry, now).Pin is { } pin && pin.Holds(now) ? pin : null;

    public static string? LabelOf(BaseManifest? manifest) => manifest?.Labels.GetValueOrDefault("label");
}
