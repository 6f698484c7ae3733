using Tidemark.Dumps;

namespace Tidemark.Drills;

/// <summary>The backup that was restored, and how it was picked.</summary>
internal sealed record DrillSubject
{
    /// <summary>dump or base.</summary>
    public required string Kind { get; init; }

    /// <summary>Null: a foreign file does not say.</summary>
    public required string? Database { get; init; }

    public required string BackupId { get; init; }

    public required string File { get; init; }

    public required string Store { get; init; }

    public required long Size { get; init; }

    public required string? Sha256 { get; init; }

    public required DateTimeOffset RecoveryPoint { get; init; }

    /// <summary>Null: not told of this kind.</summary>
    public required bool? Encrypted { get; init; }

    /// <summary>In words: random, 1 of 12 good backups of the past 90 days.</summary>
    public required string Picked { get; init; }

    public static DrillSubject Of(DumpEntry entry, string picked) => new()
    {
        Kind = "dump",
        Database = entry.Database,
        BackupId = entry.Id,
        File = entry.Key,
        Store = entry.Store.Address,
        Size = entry.Size,
        Sha256 = entry.Manifest?.Sha256,
        RecoveryPoint = entry.Time,
        Encrypted = entry.IsEncrypted,
        Picked = picked,
    };
}
