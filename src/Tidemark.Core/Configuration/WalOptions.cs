namespace Tidemark.Configuration;

/// <summary>How WAL is received.</summary>
internal sealed record WalOptions
{
    /// <summary>By the service; the command asks nobody.</summary>
    public required bool IsReceived { get; init; }

    /// <summary>Of the replication slot.</summary>
    public required string Slot { get; init; }

    /// <summary>Above zero.</summary>
    public required TimeSpan ShipEvery { get; init; }

    /// <summary>What arrives is made durable, and acknowledged, at once.</summary>
    public required bool Synchronous { get; init; }

    /// <summary>Bytes in the spool.</summary>
    public required long SpoolLimit { get; init; }

    /// <summary>Bytes that the server keeps for the slot.</summary>
    public required long SlotLimit { get; init; }

    /// <summary>Beyond that limit the slot is dropped; else it is only told.</summary>
    public required bool DropsSlot { get; init; }
}
