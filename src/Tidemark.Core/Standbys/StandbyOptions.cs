namespace Tidemark.Standbys;

/// <summary>What was asked for.</summary>
internal sealed record StandbyOptions
{
    public required string Name { get; init; }

    public required StandbySides Sides { get; init; }

    /// <summary>As it was typed.</summary>
    public required string Target { get; init; }

    /// <summary>As it was typed; null: as DATABASE_URL says.</summary>
    public string? SourceSeen { get; init; }

    public bool CreateRoles { get; init; }

    public required Duration Objective { get; init; }

    public long SlotLimit { get; init; } = StandbyRecord.DefaultSlotLimit;

    public bool GivesUp { get; init; }
}
