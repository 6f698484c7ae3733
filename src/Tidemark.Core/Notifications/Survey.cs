namespace Tidemark.Notifications;

/// <summary>What a look at everything, or at a part of it, has found.</summary>
internal sealed record Survey
{
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>Causes that were looked for: only of these is an incident over when nothing of it was found.</summary>
    public IReadOnlySet<string> LookedAt { get; init; } = new HashSet<string>();

    /// <summary>How far back each database can be brought, where that is known.</summary>
    public IReadOnlyDictionary<string, RecoveryStanding> Recovery { get; init; } = new Dictionary<string, RecoveryStanding>();

    /// <summary>Both together.</summary>
    public Survey And(Survey other) => new()
    {
        Conditions = [.. Conditions, .. other.Conditions],
        LookedAt = new HashSet<string>([.. LookedAt, .. other.LookedAt]),
        Recovery = Recovery.Count > 0 ? Recovery : other.Recovery,
    };
}

/// <summary>The recovery point of a database against its objective.</summary>
/// <param name="Point">Null: there is nothing to go back to.</param>
/// <param name="Age">Of it.</param>
/// <param name="Objective">How old it may be; null: nobody said.</param>
internal sealed record RecoveryStanding(DateTimeOffset? Point, TimeSpan? Age, TimeSpan? Objective);
