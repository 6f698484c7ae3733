namespace Tidemark.Runs;

/// <summary>A kind of run and the audit events that tell of it.</summary>
internal sealed record RunKind(string Name, string Succeeded, string Failed)
{
    public static readonly RunKind Backup = new("backup", "DB_BACKUP_CREATED", "DB_BACKUP_FAILED");
    public static readonly RunKind Restore = new("restore", "DB_RESTORE_COMPLETED", "DB_RESTORE_FAILED") { Started = "DB_RESTORE_STARTED", Refused = "DB_RESTORE_REFUSED" };
    public static readonly RunKind Undo = new("undo", "DB_RESTORE_UNDONE", "DB_RESTORE_FAILED") { Refused = "DB_RESTORE_REFUSED" };

    public static readonly RunKind Forget = new("forget", "DB_RESTORE_FORGOTTEN", "DB_RESTORE_FAILED") { Refused = "DB_RESTORE_REFUSED" };

    /// <summary>Each removal has an event of its own, DB_BACKUP_PURGED or DB_BACKUP_PURGE_FAILED.</summary>
    public static readonly RunKind Prune = new("prune", "DB_PRUNE_COMPLETED", "DB_PRUNE_FAILED");
    public static readonly RunKind Pin = new("pin", "DB_BACKUP_PINNED", "DB_BACKUP_PIN_FAILED");
    public static readonly RunKind Unpin = new("unpin", "DB_BACKUP_UNPINNED", "DB_BACKUP_UNPIN_FAILED");

    public string? Started { get; init; }

    public string? Refused { get; init; }

    public static RunKind? Named(string name) => new[] { Backup, Restore, Undo, Forget, Prune, Pin, Unpin }.FirstOrDefault(kind => kind.Name == name);
}
