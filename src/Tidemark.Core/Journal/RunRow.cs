namespace Tidemark.Journal;

/// <summary>One recorded execution of anything.</summary>
internal sealed record RunRow
{
    /// <summary>Begins with the time of its start: yyyyMMddHHmmss-kind-six hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>backup, restore, undo, forget, verify, adopt, heartbeat.</summary>
    public required string Kind { get; init; }

    /// <summary>Empty when it is not known; <c>all</c> for a verification of everything.</summary>
    public required string Database { get; init; }

    /// <summary>Who asked: user@host.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Of an interrupted run: when that was found.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>See <see cref="RunState"/>.</summary>
    public required string State { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public string? Why { get; init; }

    public string? BackupId { get; init; }

    /// <summary>When it was asked for; null where it began at once.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>What was asked for, as JSON, so that a later start can take it up; null where a command did it by itself.</summary>
    public string? Request { get; init; }

    /// <summary>The schedule that asked for it.</summary>
    public string? Schedule { get; init; }

    /// <summary>The time of that schedule that it is for.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Where it is, or was when it ended.</summary>
    public string? Phase { get; init; }

    /// <summary>Written to a store, or read from one.</summary>
    public long? Bytes { get; init; }
}
