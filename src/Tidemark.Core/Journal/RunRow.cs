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
}
