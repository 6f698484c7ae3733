namespace Tidemark.Journal;

/// <summary>Somebody who may use the service. The secret itself is nowhere.</summary>
internal sealed record TokenRow
{
    /// <summary>Eight hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>What runs are recorded under; one token at a time has it.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the secret, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>viewer, operator, restorer or admin.</summary>
    public required string Role { get; init; }

    /// <summary>Rights beyond the role's.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To the minute; null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public bool Holds(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || now < ExpiresAt);
}
