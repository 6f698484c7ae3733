using System.Text.Json.Serialization;
using Tidemark.Journal;

namespace Tidemark.Hosting;

/// <summary>A run as every command and the API show it; its log only where that one run was asked for.</summary>
internal sealed record RunDocument(string Id, string Kind, string? Database, string Actor, string State, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, double? DurationSeconds,
    string? ErrorCode, string? Error, string? Why, string? BackupId, DateTimeOffset? QueuedAt, string? Schedule, DateTimeOffset? DueAt, string? Phase, long? Bytes, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Log)
{
    public static RunDocument Of(RunRow run, IReadOnlyList<string>? log = null) => new(run.Id, run.Kind, run.Database.Length == 0 ? null : run.Database, run.Actor, run.State, run.StartedAt, run.FinishedAt,
        Duration(run) is { } took ? Math.Round(took.TotalSeconds, 3) : null, run.ErrorCode, run.Error, run.Why, run.BackupId, run.QueuedAt, run.Schedule, run.DueAt, run.Phase, run.Bytes, log);

    /// <summary>Null while it runs, and of an interrupted one: nobody knows when that ended.</summary>
    public static TimeSpan? Duration(RunRow run) => run.State == RunState.Interrupted ? null : run.FinishedAt - run.StartedAt;
}
