namespace Tidemark.Journal;

/// <summary>One recorded execution of anything.</summary>
internal sealed record RunRow
{
    public required string Id { get; init; }

    /// <summary>backup, restore, undo, verify, prune, heartbeat.</summary>
    public required string Kind { get; init; }

    public required string Database { get; init; }

    /// <summary>Who asked: user@host.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>running, succeeded, failed, cancelled, interrupted.</summary>
    public required string State { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public string? BackupId { get; init; }
}
