using System.Text.Json;
using System.Text.Json.Serialization;
using Tidemark.Clusters;
using Tidemark.Configuration;
using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Restores;
using Tidemark.Storage;

namespace Tidemark.Cli.Output;

/// <param name="Copies">What was brought where.</param>
internal sealed record CopiesDocument(IReadOnlyList<CopyDocument> Copies);

internal sealed record DownloadDocument(string Id, string Path, long Size);

internal sealed record VerifyDocument(IReadOnlyList<VerifiedDocument> Verified);

internal sealed record VerifiedDocument(string Id, string File, bool Passed, string? Sha256, int Tables, long Rows, IReadOnlyList<string> Faults);

internal sealed record RestoreDocument(string Outcome, string BackupId, string Database, string DatabaseUrl, string? KeptDatabase, int Tables, long Rows, double DurationSeconds,
    IReadOnlyList<string> Missing, IReadOnlyList<string> Benign, IReadOnlyList<CreatedRoleDocument> CreatedRoles, PartDocument? Part);

/// <summary>A role that is made; what it lacks is what it had where the dump comes from.</summary>
internal sealed record CreatedRoleDocument(string Name, bool FromGlobals, IReadOnlyList<string> Lacks);

/// <summary>A role whose part another one takes over.</summary>
internal sealed record RenamedRoleDocument(string From, string To);

/// <summary>What of a dump comes; null where all of it does.</summary>
internal sealed record PartDocument(string Asked, IReadOnlyList<string> AlsoMade, IReadOnlyList<string> LeftOut)
{
    public static PartDocument? Of(PartPlan? part) => part is null ? null : new(part.Asked.ToString(), part.AlsoMade, part.LeftOut);
}

internal sealed record PlanDocument(string Mode, string BackupId, string Target, bool TargetExists, string? Live, string? Kept, IReadOnlyList<string> Steps, string Server, string Client, long DumpSize,
    long? NeededBytes, long? FreeBytes, IReadOnlyList<string> Sessions, string? WrittenSince, IReadOnlyList<string> MissingRoles, IReadOnlyList<CreatedRoleDocument> CreatedRoles, IReadOnlyList<RenamedRoleDocument> RenamedRoles, IReadOnlyList<string> Warnings, string Guard, IReadOnlyList<FaultDetail> Refusals, PartDocument? Part)
{
    public static PlanDocument Of(string backupId, RestorePlan plan) => new(JsonNamingPolicy.CamelCase.ConvertName(plan.Mode.ToString()), backupId, plan.Target, plan.TargetExists, plan.Live, plan.Kept, plan.Steps, plan.Server.ToString(),
        plan.Client.Version.ToString(), plan.DumpSize, plan.NeededBytes, plan.FreeBytes, plan.Sessions, plan.WrittenSince, plan.MissingRoles,
        [.. plan.CreatedRoles.Select(role => new CreatedRoleDocument(role.Name, role.FromGlobals, role.Lacks))], [.. plan.RenamedRoles.Select(role => new RenamedRoleDocument(role.From, role.To))], plan.Warnings, plan.Guard,
        [.. plan.Refusals.Select(fault => FaultDetail.Of(fault))], PartDocument.Of(plan.Part));
}

internal sealed record UndoDocument(string Action, string Database, string KeptDatabase);

internal sealed record HeartbeatDocument(string Database, string Table, string Type, string Message, DateTimeOffset At);

/// <param name="Runs">Newest first.</param>
/// <param name="Notices">Open ones, oldest first.</param>
internal sealed record RunsDocument(IReadOnlyList<RunDocument> Runs, IReadOnlyList<NoticeDocument> Notices);

internal sealed record NoticeDocument(string Kind, string? Database, string ErrorCode, string Text, string RunId, DateTimeOffset FirstAt, DateTimeOffset LastAt, int Count)
{
    public static NoticeDocument Of(NoticeRow notice) => new(notice.Kind, notice.Database.Length == 0 ? null : notice.Database, notice.ErrorCode, notice.Text, notice.RunId, notice.FirstAt, notice.LastAt, notice.Count);
}

/// <summary>What doctor found, in the order in which it looked.</summary>
internal sealed record DoctorDocument(IReadOnlyList<CheckDocument> Checks);

/// <summary>The state is ok, warn, fail or notLookedAt.</summary>
internal sealed record CheckDocument(string Id, string State, string What, string Found, string? Next)
{
    public static CheckDocument Of(Check check) =>
        new(check.Id, check.State switch { CheckState.Ok => "ok", CheckState.Warn => "warn", CheckState.Fail => "fail", _ => "notLookedAt" }, check.What, check.Found, check.Next);
}

/// <summary>Every setting with its origin; secrets are ***.</summary>
internal sealed record ConfigurationDocument(string ProjectRoot, IReadOnlyList<string> Files, IReadOnlyList<SettingDocument> Settings, IReadOnlyList<string> Faults)
{
    public static ConfigurationDocument Of(ConfigurationReading reading) => new(reading.Options.ProjectRoot, reading.Files, [.. reading.Values.Select(SettingDocument.Of)], reading.Faults);

    /// <summary>Of a check: what can be used, and cannot do what is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>The name is the key in tidemark.json, the variable that of the environment; a PG* variable has no key.</summary>
internal sealed record SettingDocument(string? Name, string Variable, string? Value, string Origin)
{
    public static SettingDocument Of(SettingValue value) => SettingCatalogue.All.FirstOrDefault(setting => setting.Name == value.Name) is { } setting
        ? new(setting.Name, setting.Variable, value.Shown, value.Origin) : new(null, value.Name, value.Shown, value.Origin);
}

internal sealed record StoreCheckDocument(string Store, bool Kept, IReadOnlyList<StorePromiseDocument> Promises, StoreUseDocument Use);

internal sealed record StorePromiseDocument(string Promise, bool Kept, string? Why);

/// <summary>What was asked of a store. Requests that failed, also those that were only to show that they do, are among the requests.</summary>
internal sealed record StoreUseDocument(long Requests, long Failures, long BytesUp, long BytesDown, IReadOnlyList<StoreOperationCount> Operations)
{
    public static StoreUseDocument Of(StoreMeter meter)
    {
        var operations = meter.Operations;
        return new(operations.Sum(one => one.Requests), operations.Sum(one => one.Failures), meter.BytesUp, meter.BytesDown, operations);
    }
}

/// <summary>What the demo did and measured.</summary>
internal sealed record DemoDocument(bool Proven, string ServerVersion, double DurationSeconds, IReadOnlyList<DemoStepDocument> Steps, IReadOnlyList<DemoProofDocument> Proof);

internal sealed record DemoStepDocument(string Title, IReadOnlyList<string> Commands, double DurationSeconds);

/// <summary>One table: at the backup, and in the live database at the end; the hashes are computed by the server.</summary>
internal sealed record DemoProofDocument(string Table, long RowsAtBackup, long RowsAtEnd, string HashAtBackup, string HashAtEnd, bool Same);
