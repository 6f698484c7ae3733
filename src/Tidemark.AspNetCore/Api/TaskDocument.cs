using Tidemark.Hosting;
using Tidemark.Journal;

namespace Tidemark.AspNetCore.Api;

/// <summary>A task as the API shows it: a run, whoever or whatever asked for it.</summary>
/// <param name="Id">Also of its run.</param>
/// <param name="Kind">backup, restore, verify, …</param>
/// <param name="Database">Of which; null where it is of none.</param>
/// <param name="State">queued, running, succeeded, failed, cancelled or interrupted.</param>
/// <param name="Actor">Who asked: the name of a token, or user@host.</param>
/// <param name="QueuedAt">When it was asked for; null where it began at once.</param>
/// <param name="StartedAt">Null while it waits.</param>
/// <param name="FinishedAt">Null until it has ended.</param>
/// <param name="BackupId">That was made or read.</param>
/// <param name="Error">Null unless it failed.</param>
/// <param name="Progress">While it runs.</param>
/// <param name="Swap">Of a restore that put a backup in the place of a database: where the old one is, and how it comes back. Only where one task is asked for.</param>
internal sealed record TaskDocument(string Id, string Kind, string? Database, string State, string Actor, DateTimeOffset? QueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? BackupId, TaskErrorDocument? Error, TaskProgressDocument? Progress, TaskSwapDocument? Swap)
{
    /// <param name="run">As the journal has it.</param>
    /// <param name="progress">Of one that runs in this process.</param>
    /// <param name="kept">The name of the database that its swap kept; null: it swapped none, or nobody asks.</param>
    public static TaskDocument Of(RunRow run, TaskProgress? progress, string? kept = null) => new(run.Id, run.Kind, run.Database.Length == 0 ? null : run.Database, run.State, run.Actor, run.QueuedAt, run.State == RunState.Queued ? null : run.StartedAt, run.FinishedAt, run.BackupId,
        run.ErrorCode is null ? null : new TaskErrorDocument(run.ErrorCode, run.Error ?? "", run.Why),
        run.FinishedAt is not null ? null
            : progress is not null ? new TaskProgressDocument(progress.Phase, progress.Bytes, progress.Fraction is { } done ? Math.Round(done, 3) : null)
            : run.Phase is not null ? new TaskProgressDocument(run.Phase, run.Bytes, null) : null,
        kept is null ? null : new TaskSwapDocument(kept, "tidemark undo"));

    /// <summary>Nothing will become of it any more.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasEnded => State is not (RunState.Queued or RunState.Running);
}

internal sealed record TaskErrorDocument(string Code, string What, string? Why);

/// <param name="Kept">The name that the old database has by now.</param>
/// <param name="Undo">To be typed on the machine of the service.</param>
internal sealed record TaskSwapDocument(string Kept, string Undo);

/// <summary>The fraction is of 1; null: not known.</summary>
internal sealed record TaskProgressDocument(string Phase, long? Bytes, double? Fraction);

/// <param name="Tasks">Newest first.</param>
internal sealed record TasksDocument(IReadOnlyList<TaskDocument> Tasks);
