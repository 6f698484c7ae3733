namespace Tidemark.Configuration;

/// <summary>Every setting there is; what is not here is an unknown key. Help, docs and the JSON schema are made from this list.</summary>
internal static class SettingCatalogue
{
    public static readonly Setting DatabaseUrl = new("DatabaseUrl", "DATABASE_URL", null, "the database: a libpq URI or key=value; PG* variables fill what it leaves out", Secret: true);
    public static readonly Setting BackupDir = new("BackupDir", "BACKUP_DIR", "backups", "folder of the local store, relative to the project root");
    public static readonly Setting RetentionDays = new("RetentionDays", "BACKUP_RETENTION_DAYS", "7", "days to keep a backup, 1 or more");
    public static readonly Setting Rpo = new("Objectives:Rpo", "BACKUP_RPO", null, "how old the newest good backup may be: 15m, 26h, 7d");
    public static readonly Setting Rto = new("Objectives:Rto", "BACKUP_RTO", "60m", "how long a restore may take");
    public static readonly Setting ProofAge = new("Objectives:ProofAge", "BACKUP_PROOF_AGE", null, "how long ago a drill must have proven a backup: 92d is quarterly");
    public static readonly Setting Format = new("Format", "BACKUP_FORMAT", null, "custom (dated folders) or sql.gz (flat names)");
    public static readonly Setting PgDumpPath = new("PgDumpPath", "BACKUP_PGDUMP_PATH", null, "the pg_dump to use; else found by the server's version");
    public static readonly Setting PgRestorePath = new("PgRestorePath", "BACKUP_PGRESTORE_PATH", null, "the pg_restore to use; else found by the server's version");
    public static readonly Setting PsqlPath = new("PsqlPath", "BACKUP_PSQL_PATH", null, "the psql to use; else found by the server's version");
    public static readonly Setting Environment = new("Environment", "ENV", "development", "production, prod, prd or live arms the guard, wherever it is said");
    public static readonly Setting HeartbeatTable = new("HeartbeatTable", "HEARTBEAT_TABLE", "system_events", "table that heartbeats are written to");
    public static readonly Setting HeartbeatTypeColumn = new("HeartbeatTypeColumn", "HEARTBEAT_TYPE_COLUMN", "event_type", "its column for the kind of event");
    public static readonly Setting HeartbeatMessageColumn = new("HeartbeatMessageColumn", "HEARTBEAT_MESSAGE_COLUMN", "message", "its column for the text");
    public static readonly Setting HeartbeatTimeColumn = new("HeartbeatTimeColumn", "HEARTBEAT_TIME_COLUMN", "created_at", "its column for the time");
    public static readonly Setting AfterRestoreHook = new("Hooks:AfterRestore", "BACKUP_HOOK_AFTER_RESTORE", null, "command to run on the restored database, such as migrations");
    public static readonly Setting SmokeTestHook = new("Hooks:SmokeTest", "BACKUP_HOOK_SMOKE_TEST", null, "command that must succeed on the restored database");
    public static readonly Setting BeforeSwapHook = new("Hooks:BeforeSwap", "BACKUP_HOOK_BEFORE_SWAP", null, "command to run before a swap, such as stopping the application");
    public static readonly Setting AfterSwapHook = new("Hooks:AfterSwap", "BACKUP_HOOK_AFTER_SWAP", null, "command to run after a swap, such as starting the application");

    public static readonly IReadOnlyList<Setting> All =
    [
        DatabaseUrl, BackupDir, RetentionDays, Rpo, Rto, ProofAge, Format, PgDumpPath, PgRestorePath, PsqlPath, Environment,
        HeartbeatTable, HeartbeatTypeColumn, HeartbeatMessageColumn, HeartbeatTimeColumn,
        AfterRestoreHook, SmokeTestHook, BeforeSwapHook, AfterSwapHook,
    ];
}
