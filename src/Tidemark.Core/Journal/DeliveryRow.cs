namespace Tidemark.Journal;

/// <summary>One event of an incident, for one channel. It stays until the channel has taken it.</summary>
internal sealed record DeliveryRow
{
    /// <summary>Sent along: a receiver that gets it twice can tell.</summary>
    public required string Id { get; init; }

    public required long Incident { get; init; }

    /// <summary>Its number within the incident, from 1 on.</summary>
    public required int Event { get; init; }

    public required string Channel { get; init; }

    /// <summary>What is told, as JSON without secrets.</summary>
    public required string Message { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Begun so far.</summary>
    public int Tries { get; init; }

    /// <summary>Not before; while somebody sends it, when they are given up.</summary>
    public required DateTimeOffset NextAt { get; init; }

    /// <summary>Why the last try failed.</summary>
    public string? Error { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }
}
