namespace Tidemark.Configuration;

/// <summary>Every setting there is; what is not here is an unknown key. docs/configuration.md and docs/tidemark.schema.json are held to this list by tests.</summary>
internal static class SettingCatalogue
{
    public static readonly Setting DatabaseUrl = new("DatabaseUrl", "DATABASE_URL", null, "the database: a libpq URI or key=value; PG* variables fill what it leaves out", Secret: true);
    public static readonly Setting BackupDir = new("BackupDir", "BACKUP_DIR", "backups", "where backups are kept: a folder (relative to the project root), s3://bucket/prefix, azblob://container/prefix or sftp://user@host:port/path; several, separated by commas: each backup goes to all of them");
    public static readonly Setting RetentionDays = new("RetentionDays", "BACKUP_RETENTION_DAYS", "7", "days to keep a backup, 1 or more; none: no rule by age, where another rule is given");
    public static readonly Setting RetentionCount = new("RetentionCount", "BACKUP_RETENTION_COUNT", null, "also keep this many of the newest good backups");
    public static readonly Setting RetentionDaily = new("RetentionDaily", "BACKUP_RETENTION_DAILY", null, "also keep the newest good backup of each of this many days");
    public static readonly Setting RetentionWeekly = new("RetentionWeekly", "BACKUP_RETENTION_WEEKLY", null, "also keep the newest good backup of each of this many ISO weeks");
    public static readonly Setting RetentionMonthly = new("RetentionMonthly", "BACKUP_RETENTION_MONTHLY", null, "also keep the newest good backup of each of this many months");
    public static readonly Setting RetentionYearly = new("RetentionYearly", "BACKUP_RETENTION_YEARLY", null, "also keep the newest good backup of each of this many years");
    public static readonly Setting RecoveryWindow = new("RecoveryWindow", "BACKUP_RECOVERY_WINDOW", null, "also keep the base backups and the WAL that reach any second so far back: 7d; else since the oldest base backup that days or count keep");
    public static readonly Setting SweepGrace = new("SweepGrace", "BACKUP_SWEEP_GRACE", "7d", "how long the objects of a base backup stay that no rule keeps, and what a killed run left: longer than the longest backup takes; 1h at least");
    public static readonly Setting Rpo = new("Objectives:Rpo", "BACKUP_RPO", null, "how old the newest good backup may be: 15m, 26h, 7d");
    public static readonly Setting Rto = new("Objectives:Rto", "BACKUP_RTO", "60m", "how long a restore may take");
    public static readonly Setting ProofAge = new("Objectives:ProofAge", "BACKUP_PROOF_AGE", null, "how long ago a drill must have proven a backup: 92d is quarterly");
    public static readonly Setting Format = new("Format", "BACKUP_FORMAT", null, "custom (dated folders) or sql.gz (flat names)");
    public static readonly Setting ScheduleCron = new("ScheduleCron", "BACKUP_SCHEDULE_CRON", "0 2 * * *", "when tidemark serve takes backups: five fields of cron, @hourly, @daily, @weekly, @monthly, @quarterly or @every-15m, then custom, sql.gz, or base for a base backup of the whole server; several, separated by semicolons; none: no schedule");
    public static readonly Setting ScheduleZone = new("ScheduleZone", "BACKUP_SCHEDULE_ZONE", "UTC", "whose clock schedules and their blackout go by: Europe/Berlin");
    public static readonly Setting ScheduleJitter = new("ScheduleJitter", "BACKUP_SCHEDULE_JITTER", null, "a scheduled run begins up to so much later, so that not all machines begin at once: 5m");
    public static readonly Setting ScheduleBlackout = new("ScheduleBlackout", "BACKUP_SCHEDULE_BLACKOUT", null, "hours in which no scheduled run begins; it is put off to their end: 08:00-18:00, several separated by commas");
    public static readonly Setting ScheduleGrace = new("ScheduleGrace", "BACKUP_SCHEDULE_GRACE", null, "how long a scheduled run that fails is tried again, with growing pauses; else a quarter of the time to the next, at most 2h");
    public static readonly Setting ScheduleDatabases = new("ScheduleDatabases", "BACKUP_SCHEDULE_DATABASES", null, "what schedules back up: names separated by commas, or all; else the database in DATABASE_URL");
    public static readonly Setting LockWait = new("LockWait", "BACKUP_LOCK_WAIT", "10m", "how long a backup waits for tables that others have locked: 30s, 15m, 2h");
    public static readonly Setting EncryptTo = new("EncryptTo", "BACKUP_ENCRYPT_TO", null, "whom backups are encrypted to: age recipients and file:PATH with one a line, separated by commas; or passphrase");
    public static readonly Setting Identity = new("Identity", "BACKUP_IDENTITY", null, "the age identity file that opens backups: a path, file:PATH, env:NAME or command:LINE; read only when something must be opened", Secret: true);
    public static readonly Setting IdentityPassphrase = new("IdentityPassphrase", "BACKUP_IDENTITY_PASSPHRASE", null, "opens an identity file that is locked with a passphrase, and is what BACKUP_ENCRYPT_TO=passphrase encrypts to", Secret: true);
    public static readonly Setting Bandwidth = new("Bandwidth", "BACKUP_BANDWIDTH", null, "the most to send to an object store each second, and to fetch from it: 500kB, 20MB, 1GB; folders are not slowed");
    public static readonly Setting PgDumpPath = new("PgDumpPath", "BACKUP_PGDUMP_PATH", null, "the pg_dump to use; else found by the server's version", Runs: true);
    public static readonly Setting PgRestorePath = new("PgRestorePath", "BACKUP_PGRESTORE_PATH", null, "the pg_restore to use; else found by the server's version", Runs: true);
    public static readonly Setting PsqlPath = new("PsqlPath", "BACKUP_PSQL_PATH", null, "the psql to use; else found by the server's version", Runs: true);
    public static readonly Setting Environment = new("Environment", "ENV", "development", "production, prod, prd or live arms the guard, wherever it is said");
    public static readonly Setting HeartbeatTable = new("HeartbeatTable", "HEARTBEAT_TABLE", "system_events", "table that heartbeats are written to");
    public static readonly Setting HeartbeatTypeColumn = new("HeartbeatTypeColumn", "HEARTBEAT_TYPE_COLUMN", "event_type", "its column for the kind of event");
    public static readonly Setting HeartbeatMessageColumn = new("HeartbeatMessageColumn", "HEARTBEAT_MESSAGE_COLUMN", "message", "its column for the text");
    public static readonly Setting HeartbeatTimeColumn = new("HeartbeatTimeColumn", "HEARTBEAT_TIME_COLUMN", "created_at", "its column for the time");
    public static readonly Setting HeartbeatInterval = new("HeartbeatInterval", "HEARTBEAT_INTERVAL", "5m", "how often the service writes one, where the table is there");
    public static readonly Setting HeartbeatLimit = new("HeartbeatLimit", "HEARTBEAT_LIMIT", "15m", "how long none may be seen, whoever writes them, before that is told");
    public static readonly Setting SlackWebhookUrl = new("Notices:SlackWebhookUrl", "SLACK_WEBHOOK_URL", null, "an incoming webhook of Slack that gets notices; it has its channel from Slack", Secret: true);
    public static readonly Setting SlackBotToken = new("Notices:SlackBotToken", "SLACK_BOT_TOKEN", null, "a bot token of Slack with the right chat:write: notices go to SLACK_CHANNEL", Secret: true);
    public static readonly Setting SlackChannel = new("Notices:SlackChannel", "SLACK_CHANNEL", "#alerts-infra", "where the bot writes");
    public static readonly Setting SlackApiUrl = new("Notices:SlackApiUrl", "SLACK_API_URL", "https://slack.com/api/", "where the bot finds Slack: a proxy's address, or a test's");
    public static readonly Setting NotifyWebhookUrl = new("Notices:WebhookUrl", "NOTIFY_WEBHOOK_URL", null, "any other receiver of notices: each is posted there as JSON", Secret: true);
    public static readonly Setting NotifyWebhookSecret = new("Notices:WebhookSecret", "NOTIFY_WEBHOOK_SECRET", null, "signs what is posted there, by HMAC-SHA256", Secret: true);
    public static readonly Setting NotifyEmailTo = new("Notices:EmailTo", "NOTIFY_EMAIL_TO", null, "addresses that get notices by mail, separated by commas");
    public static readonly Setting NotifyEmailFrom = new("Notices:EmailFrom", "NOTIFY_EMAIL_FROM", null, "the sender of these mails");
    public static readonly Setting SmtpUrl = new("Notices:SmtpUrl", "SMTP_URL", null, "the mail server: smtp://user:password@host:587 (STARTTLS where it is offered, and always before a password is sent) or smtps://user:password@host:465", Secret: true);
    public static readonly Setting BackupPingUrl = new("Pings:BackupUrl", "BACKUP_PING_URL", null, "a monitor's address that is told of backups: URL/start, URL after a checked one, URL/<exit code> after a failure", Secret: true);
    public static readonly Setting ServicePingUrl = new("Pings:ServiceUrl", "TIDEMARK_PING_URL", null, "a monitor's address that the service calls every 5 minutes while it does its work", Secret: true);
    public static readonly Setting AfterRestoreHook = new("Hooks:AfterRestore", "BACKUP_HOOK_AFTER_RESTORE", null, "command to run on the restored database, such as migrations", Runs: true);
    public static readonly Setting SmokeTestHook = new("Hooks:SmokeTest", "BACKUP_HOOK_SMOKE_TEST", null, "command that must succeed on the restored database", Runs: true);
    public static readonly Setting BeforeSwapHook = new("Hooks:BeforeSwap", "BACKUP_HOOK_BEFORE_SWAP", null, "command to run before a swap, such as stopping the application", Runs: true);
    public static readonly Setting AfterSwapHook = new("Hooks:AfterSwap", "BACKUP_HOOK_AFTER_SWAP", null, "command to run after a swap, such as starting the application", Runs: true);

    public static readonly Setting DrillTarget = new("Drills:Target", "BACKUP_DRILL_TARGET", null, "the server on which drills make a scratch database and drop it again: a libpq URI; else a private server of the programs on this machine", Secret: true);
    public static readonly Setting DrillSchedule = new("Drills:Schedule", "BACKUP_DRILL_SCHEDULE", null, "when tidemark serve runs a drill: fields of cron, or a word such as @quarterly; else @quarterly where BACKUP_DRILL_TARGET is set; none: never");
    public static readonly Setting DrillAssertions = new("Drills:Assertions", "BACKUP_DRILL_ASSERTIONS", null, "a JSON file with questions in SQL that a drill asks the restored database, and the answers that must come (docs/drills.md)");
    public static readonly Setting DrillFolder = new("Drills:Folder", "BACKUP_DRILL_FOLDER", null, "where the signed reports of drills lie; else in drills, beside the history of runs");
    public static readonly Setting DrillWiki = new("Drills:Wiki", "BACKUP_DRILL_WIKI", null, "a git repository that the reports of drills are pushed to, by the git of this machine: a path, https://user:password@host/path, ssh://user@host/path or user@host:path; #BRANCH after it names another branch than its own", Secret: true);

    public static readonly Setting Wal = new("Wal:Mode", "BACKUP_WAL", "off", "receive: tidemark serve receives WAL as the server writes it, through a slot; off: it does not");
    public static readonly Setting WalSlot = new("Wal:Slot", "BACKUP_WAL_SLOT", "tidemark", "the replication slot that keeps WAL on the server until it is received: lower-case letters, digits and _");
    public static readonly Setting WalShipEvery = new("Wal:ShipEvery", "BACKUP_WAL_SHIP_EVERY", "5s", "how often what was received goes to the stores, though its segment is not complete");
    public static readonly Setting WalSynchronous = new("Wal:Synchronous", "BACKUP_WAL_SYNCHRONOUS", "no", "yes: what arrives is made durable and told to the server at once, for synchronous_standby_names = 'tidemark'");
    public static readonly Setting WalSpoolLimit = new("Wal:SpoolLimit", "BACKUP_WAL_SPOOL_LIMIT", "4GB", "the most to keep here while a store is away; then nothing more is received, and the server keeps it; with BACKUP_WAL_OVER_LIMIT=drop what another store has goes first");
    public static readonly Setting WalSlotLimit = new("Wal:SlotLimit", "BACKUP_WAL_SLOT_LIMIT", "16GB", "the most that the slot may make the server keep");
    public static readonly Setting WalOverLimit = new("Wal:OverLimit", "BACKUP_WAL_OVER_LIMIT", "alarm", "what happens beyond it. alarm: it is told; drop: the slot goes, the server's disk is saved, and the recovery points have a gap");

    public static readonly Setting AdminToken = new("AdminToken", "TIDEMARK_ADMIN_TOKEN", null, "a token of role admin for the HTTP API, 16 characters or more; without it, and without one made by token create, serve makes one and prints it once", Secret: true);
    public static readonly Setting UploadLimit = new("UploadLimit", "TIDEMARK_UPLOAD_LIMIT", "10GB", "the largest file that the HTTP API takes for a restore: 500MB, 20GB");

    public static readonly IReadOnlyList<Setting> All =
    [
        DatabaseUrl, BackupDir, RetentionDays, RetentionCount, RetentionDaily, RetentionWeekly, RetentionMonthly, RetentionYearly, RecoveryWindow, SweepGrace, Rpo, Rto, ProofAge, Format, ScheduleCron, ScheduleZone, ScheduleJitter, ScheduleBlackout, ScheduleGrace, ScheduleDatabases, LockWait, EncryptTo, Identity, IdentityPassphrase, Bandwidth, PgDumpPath, PgRestorePath, PsqlPath, Environment,
        HeartbeatTable, HeartbeatTypeColumn, HeartbeatMessageColumn, HeartbeatTimeColumn, HeartbeatInterval, HeartbeatLimit,
        SlackWebhookUrl, SlackBotToken, SlackChannel, SlackApiUrl, NotifyWebhookUrl, NotifyWebhookSecret, NotifyEmailTo, NotifyEmailFrom, SmtpUrl, BackupPingUrl, ServicePingUrl,
        AfterRestoreHook, SmokeTestHook, BeforeSwapHook, AfterSwapHook,
        DrillTarget, DrillSchedule, DrillAssertions, DrillFolder, DrillWiki,
        Wal, WalSlot, WalShipEvery, WalSynchronous, WalSpoolLimit, WalSlotLimit, WalOverLimit,
        AdminToken, UploadLimit,
    ];
}
