namespace Tidemark.Restores.Bases;

/// <summary>How the restored server recovers, and what it is then.</summary>
/// <param name="Role">What it is to be.</param>
/// <param name="Promote">At the target it goes on as a server of its own; else it waits there, readable.</param>
/// <param name="RestoreCommand">Brings what is not in pg_wal.</param>
/// <param name="Primary">primary_conninfo of a standby; null: it follows the archive alone.</param>
/// <param name="Port">Null: as it was in the backup.</param>
internal sealed record RecoveryManner(RestoredRole Role, bool Promote, string RestoreCommand, string? Primary, int? Port);

internal enum RestoredRole
{
    /// <summary>Beside the original, or long after it: it archives nothing and follows no publication.</summary>
    Copy,

    /// <summary>In the place of the one that was lost: archiving and subscriptions are as they were.</summary>
    Primary,

    /// <summary>It follows another server.</summary>
    Standby,
}
