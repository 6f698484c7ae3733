using Tidemark.Hosting;
using Tidemark.Journal;

namespace Tidemark.AspNetCore.Api;

/// <summary>A task as the API shows it.</summary>
/// <param name="Id">Also of its run.</param>
/// <param name="Kind">backup or restore.</param>
/// <param name="Database">Of which.</param>
/// <param name="State">queued, running, succeeded, failed, cancelled or interrupted.</param>
/// <param name="Actor">Who asked.</param>
/// <param name="QueuedAt">When.</param>
/// <param name="StartedAt">Null while it waits.</param>
/// <param name="FinishedAt">Null until it has ended.</param>
/// <param name="BackupId">That was made or read.</param>
/// <param name="Error">Null unless it failed.</param>
/// <param name="Progress">While it runs in this service.</param>
internal sealed record TaskDocument(string Id, string Kind, string Database, string State, string Actor, DateTimeOffset? QueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? BackupId, TaskErrorDocument? Error, TaskProgress? Progress)
{
    public static TaskDocument Of(RunRow run, TaskProgress? progress) => new(run.Id, run.Kind, run.Database, run.State, run.Actor, run.QueuedAt, run.State == RunState.Queued ? null : run.StartedAt, run.FinishedAt, run.BackupId,
        run.ErrorCode is null ? null : new TaskErrorDocument(run.ErrorCode, run.Error ?? "", run.Why), progress);
}

internal sealed record TaskErrorDocument(string Code, string What, string? Why);
