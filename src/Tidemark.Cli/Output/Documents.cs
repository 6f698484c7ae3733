using Tidemark.Dumps;
using Tidemark.Restores;

namespace Tidemark.Cli.Output;

internal sealed record BackupsDocument(IReadOnlyList<BackupDocument> Backups);

/// <summary>A backup as every command shows it.</summary>
internal sealed record BackupDocument(string Id, string Kind, string? Database, string? Label, string File, string Path, string? Format, long Size, string? Sha256,
    DateTimeOffset? StartedAt, DateTimeOffset? RecoveryPoint, string Check, string State)
{
    public static BackupDocument Of(DumpEntry entry) => new(entry.Id, "dump", entry.Database, entry.Manifest?.Label, entry.Key, entry.Path, entry.Manifest?.Format, entry.Size,
        entry.Manifest?.Sha256, entry.Manifest?.StartedAt, entry.Manifest?.RecoveryPoint, CheckOf(entry), StateOf(entry));

    public static string StateOf(DumpEntry entry) => entry.State.ToString().ToLowerInvariant();

    private static string CheckOf(DumpEntry entry) => entry.Mark is { Passed: true } ? DumpManifest.FullCheck : entry.Manifest?.Check ?? DumpManifest.NoCheck;
}

internal sealed record VerifyDocument(IReadOnlyList<VerifiedDocument> Verified);

internal sealed record VerifiedDocument(string Id, string File, bool Passed, string Sha256, int Tables, long Rows, IReadOnlyList<string> Faults);

internal sealed record RestoreDocument(string Outcome, string BackupId, string Database, string DatabaseUrl, string? KeptDatabase, int Tables, long Rows, double DurationSeconds,
    IReadOnlyList<string> Missing, IReadOnlyList<string> Benign);

internal sealed record PlanDocument(string Mode, string BackupId, string Target, bool TargetExists, string? Live, string? Kept, IReadOnlyList<string> Steps, string Server, string Client, long DumpSize,
    long? NeededBytes, long? FreeBytes, IReadOnlyList<string> Sessions, string? WrittenSince, IReadOnlyList<string> MissingRoles, IReadOnlyList<string> Warnings, string Guard, IReadOnlyList<FaultDetail> Refusals)
{
    public static PlanDocument Of(string backupId, RestorePlan plan) => new(plan.Mode.ToString().ToLowerInvariant(), backupId, plan.Target, plan.TargetExists, plan.Live, plan.Kept, plan.Steps, plan.Server.ToString(),
        plan.Client.Version.ToString(), plan.DumpSize, plan.NeededBytes, plan.FreeBytes, plan.Sessions, plan.WrittenSince, plan.MissingRoles, plan.Warnings, plan.Guard,
        [.. plan.Refusals.Select(fault => new FaultDetail(fault.Code.Name, fault.What, fault.Where, fault.Why, fault.Left, fault.Next, fault.Code.ExitCode))]);
}

internal sealed record UndoDocument(string Action, string Database, string KeptDatabase);

internal sealed record HeartbeatDocument(string Database, string Table, string Type, string Message, DateTimeOffset At);

internal sealed record StoreCheckDocument(string Store, bool Kept, IReadOnlyList<StorePromiseDocument> Promises);

internal sealed record StorePromiseDocument(string Promise, bool Kept, string? Why);

/// <summary>What the demo did and measured.</summary>
internal sealed record DemoDocument(bool Proven, string ServerVersion, double DurationSeconds, IReadOnlyList<DemoStepDocument> Steps, IReadOnlyList<DemoProofDocument> Proof);

internal sealed record DemoStepDocument(string Title, IReadOnlyList<string> Commands, double DurationSeconds);

/// <summary>One table: at the backup, and in the live database at the end; the hashes are computed by the server.</summary>
internal sealed record DemoProofDocument(string Table, long RowsAtBackup, long RowsAtEnd, string HashAtBackup, string HashAtEnd, bool Same);
