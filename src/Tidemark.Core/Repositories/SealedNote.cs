namespace Tidemark.Repositories;

/// <summary>What the plain manifest of an encrypted backup says of its keys.</summary>
internal sealed record SealedNote
{
    /// <summary>age1…, or passphrase; null: it does not say.</summary>
    public IReadOnlyList<string>? Recipients { get; init; }

    public DateTimeOffset? RecoveryPoint { get; init; }
}
