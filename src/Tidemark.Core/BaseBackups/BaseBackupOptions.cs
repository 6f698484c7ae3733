using Tidemark.Postgres;

namespace Tidemark.BaseBackups;

/// <summary>What the user asked for.</summary>
internal sealed record BaseBackupOptions
{
    public required DatabaseAddress Address { get; init; }

    /// <summary>A name of the user's; null: none.</summary>
    public string? Label { get; init; }

    /// <summary>How many read at the same time, over SQL each on a connection of its own.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes of memory; null: as many as it usually takes.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Store only what is not in the store already, as the newest backup that serves tells it.</summary>
    public bool IsIncremental { get; init; }
}
