namespace Tidemark.Runs;

/// <summary>A kind of run and the audit events that tell of it.</summary>
/// <param name="Name">As people see it.</param>
/// <param name="Succeeded">Null: a success is no event.</param>
/// <param name="Failed">Interrupted runs too.</param>
internal sealed record RunKind(string Name, string? Succeeded, string Failed)
{
    public static readonly RunKind Backup = new("backup", "DB_BACKUP_CREATED", "DB_BACKUP_FAILED") { Scheduled = "DB_BACKUP_SCHEDULED", Repeats = true, LeftWhenStopped = "what was not finished has been removed; earlier backups are as they were" };
    public static readonly RunKind BaseBackup = new("base-backup", "DB_BACKUP_CREATED", "DB_BACKUP_FAILED") { Scheduled = "DB_BACKUP_SCHEDULED", Repeats = true, LeftWhenStopped = "no backup exists of it; earlier backups are as they were" };
    public static readonly RunKind Restore = new("restore", "DB_RESTORE_COMPLETED", "DB_RESTORE_FAILED") { Started = "DB_RESTORE_STARTED", Refused = "DB_RESTORE_REFUSED", LeftWhenStopped = "what was not finished has been removed; existing databases are as they were" };
    public static readonly RunKind Undo = new("undo", "DB_RESTORE_UNDONE", "DB_RESTORE_FAILED") { Refused = "DB_RESTORE_REFUSED" };

    public static readonly RunKind Forget = new("forget", "DB_RESTORE_FORGOTTEN", "DB_RESTORE_FAILED") { Refused = "DB_RESTORE_REFUSED" };

    public static readonly RunKind Verify = new("verify", "DB_BACKUP_VERIFIED", "DB_BACKUP_VERIFY_FAILED") { Repeats = true, LeftWhenStopped = "nothing was changed; what was read to its end by then is noted" };

    /// <remarks>One that is inconclusive fails too: nothing was proven.</remarks>
    public static readonly RunKind Drill = new("drill", "DB_DRILL_PASSED", "DB_DRILL_FAILED") { Repeats = true, LeftWhenStopped = "nothing of the drill is left; nothing was proven" };

    /// <summary>Brings reports of drills to the wiki and the webhook.</summary>
    public static readonly RunKind Publish = new("drill-publish", "DB_DRILL_PUBLISHED", "DB_DRILL_PUBLISH_FAILED") { Repeats = true };

    /// <summary>The archive of a month.</summary>
    public static readonly RunKind Pack = new("drill-pack", "DB_DRILL_PACKED", "DB_DRILL_PACK_FAILED") { Repeats = true };

    public static readonly RunKind Adopt = new("adopt", "DB_BACKUP_ADOPTED", "DB_BACKUP_ADOPT_FAILED");

    /// <remarks>One every few minutes: what is worth a line is that one failed.</remarks>
    public static readonly RunKind Heartbeat = new("heartbeat", null, "DB_HEARTBEAT_MISSED") { Repeats = true };

    /// <summary>Each removal has an event of its own, DB_BACKUP_PURGED or DB_BACKUP_PURGE_FAILED.</summary>
    public static readonly RunKind Prune = new("prune", "DB_PRUNE_COMPLETED", "DB_PRUNE_FAILED") { Repeats = true };

    /// <summary>One backup, because somebody asked: whoever asks sees how it ends.</summary>
    public static readonly RunKind Remove = new("remove", null, "DB_BACKUP_PURGE_FAILED");
    public static readonly RunKind Pin = new("pin", "DB_BACKUP_PINNED", "DB_BACKUP_PIN_FAILED");
    public static readonly RunKind Unpin = new("unpin", "DB_BACKUP_UNPINNED", "DB_BACKUP_UNPIN_FAILED");

    public static readonly RunKind Copy = new("copy", "DB_BACKUP_COPIED", "DB_BACKUP_COPY_FAILED") { Repeats = true };

    /// <remarks>Whoever has the file has the data.</remarks>
    public static readonly RunKind Download = new("download", "DB_BACKUP_DOWNLOADED", "DB_BACKUP_DOWNLOAD_FAILED");

    /// <remarks>Whoever is in a ring reads all that is written to it.</remarks>
    public static readonly RunKind KeysAdd = new("keys-add", "DB_KEYS_ADDED", "DB_KEYS_ADD_FAILED");
    public static readonly RunKind KeysRemove = new("keys-remove", "DB_KEYS_REMOVED", "DB_KEYS_REMOVE_FAILED");
    public static readonly RunKind KeysRotate = new("keys-rotate", "DB_KEYS_ROTATED", "DB_KEYS_ROTATE_FAILED");

    /// <remarks>Whoever has one does what its role may.</remarks>
    public static readonly RunKind TokenCreate = new("token-create", "TOKEN_CREATED", "TOKEN_CREATE_FAILED");
    public static readonly RunKind TokenRevoke = new("token-revoke", "TOKEN_REVOKED", "TOKEN_REVOKE_FAILED");

    /// <remarks>From here on backups go elsewhere.</remarks>
    public static readonly RunKind ClusterUpgrade = new("cluster-upgrade", "CLUSTER_UPGRADED", "CLUSTER_UPGRADE_FAILED");

    /// <summary>Runs until it is stopped; that is its success. One that is well again ends only when it is stopped, so a failure leaves no notice: what it costs is told by how old the WAL in the stores is.</summary>
    public static readonly RunKind WalReceive = new("wal-receive", "DB_WAL_RECEIVE_STOPPED", "DB_WAL_RECEIVE_FAILED") { Started = "DB_WAL_RECEIVE_STARTED", LeftWhenStopped = "what was received lies in the spool, or in the stores already" };

    public static readonly RunKind StandbyCreate = new("standby-create", "DB_STANDBY_CREATED", "DB_STANDBY_CREATE_FAILED") { Started = "DB_STANDBY_CREATE_STARTED", LeftWhenStopped = "what was made so far is noted: the same command takes it up, and tidemark standby drop removes it" };
    public static readonly RunKind StandbyDrop = new("standby-drop", "DB_STANDBY_DROPPED", "DB_STANDBY_DROP_FAILED");

    /// <remarks>From here on another server takes the writes.</remarks>
    public static readonly RunKind StandbyPromote = new("standby-promote", "DB_STANDBY_PROMOTED", "DB_STANDBY_PROMOTE_FAILED") { Started = "DB_STANDBY_PROMOTE_STARTED", Refused = "DB_STANDBY_PROMOTE_REFUSED" };
    public static readonly RunKind StandbyRehearse = new("standby-rehearse", "DB_STANDBY_REHEARSED", "DB_STANDBY_REHEARSE_FAILED") { Repeats = true };

    public static readonly IReadOnlyList<RunKind> All = [Backup, BaseBackup, Restore, Undo, Forget, Verify, Drill, Publish, Pack, Adopt, Heartbeat, Prune, Remove, Pin, Unpin, Copy, Download, KeysAdd, KeysRemove, KeysRotate, TokenCreate, TokenRevoke, ClusterUpgrade, WalReceive, StandbyCreate, StandbyDrop, StandbyPromote, StandbyRehearse];

    private const string FailedEnding = "_FAILED", CancelledEnding = "_CANCELLED";

    /// <summary>The event of one that was stopped before its end: nothing failed, and nothing was done.</summary>
    public string Cancelled => Failed.EndsWith(FailedEnding, StringComparison.Ordinal) ? Failed[..^FailedEnding.Length] + CancelledEnding : Failed;

    public string? Started { get; init; }

    public string? Refused { get; init; }

    /// <summary>Of a success that a schedule asked for; null: as any other.</summary>
    public string? Scheduled { get; init; }

    /// <summary>Something runs it again and again, and nobody may be looking: failures leave a notice, which the next success ends. Whoever restores by hand sees how it ends.</summary>
    public bool Repeats { get; init; }

    /// <summary>Null: it does not stop when it is asked to.</summary>
    public string? LeftWhenStopped { get; init; }

    public static RunKind? Named(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
