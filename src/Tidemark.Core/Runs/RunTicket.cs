namespace Tidemark.Runs;

/// <summary>What a run is begun for, where it was asked for before it began.</summary>
internal sealed record RunTicket
{
    /// <summary>Of the run that waited.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>Null when no schedule asked.</summary>
    public string? Schedule { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public string? Request { get; init; }
}
