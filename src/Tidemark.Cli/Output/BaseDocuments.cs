using Tidemark.BaseBackups;
using Tidemark.Hosting;

namespace Tidemark.Cli.Output;

/// <summary>Base backups in the shape of every backup.</summary>
internal static class BaseDocuments
{
    private const string Kind = "base";

    /// <summary>One that was just taken.</summary>
    public static BackupDocument Of(BaseReport report) =>
        new(report.Manifest.Id, Kind, null, LabelOf(report.Manifest), $"bases/{report.Manifest.Id}", report.Store, null, report.Manifest.Totals.StoredBytes, null, report.Manifest.Wal.Start.Time, report.Manifest.Wal.Stop.Time, "none", "good", null, [], []);

    public static BackupDocument Of(StoredBackup one) =>
        new(one.Id, Kind, null, LabelOf(one.Entry.Manifest), $"bases/{one.Id}", one.Bases.Store.Address, null, one.Entry.Refs?.PackBytes ?? 0, null, one.Entry.Refs?.Wal.Start.Time, one.RecoveryPoint, "none", StateOf(one), null, [], []);

    public static string StateOf(StoredBackup one) => one.Entry.State is BaseState.Complete or BaseState.Sealed ? "good" : one.Entry.State.ToString().ToLowerInvariant();

    public static string? LabelOf(BaseManifest? manifest) => manifest?.Labels.GetValueOrDefault("label");
}
