namespace Tidemark.Cli.Teaching;

/// <summary>A command of another tool, and the one of ours for the same purpose.</summary>
internal sealed record ForeignWord(string Word, string Tool, string Ours, string Says)
{
    public static IReadOnlyList<ForeignWord> All { get; } =
    [
        new("stanza-create", "pgBackRest", "backup", "nothing has to be created: the first backup makes its folder"),
        new("info", "pgBackRest", "list", "here it is list, or show for one backup"),
        new("expire", "pgBackRest", "prune", "here it is prune, and every backup does the same for its database"),
        new("list-backups", "Barman", "list", "here it is list"),
        new("show-backup", "Barman", "show", "here it is show"),
        new("check-backup", "Barman", "verify", "here it is verify"),
        new("recover", "Barman", "restore", "here it is restore"),
        new("backup-push", "WAL-G", "backup", "here it is backup"),
        new("backup-list", "WAL-G", "list", "here it is list"),
        new("backup-fetch", "WAL-G", "restore", "here it is restore"),
        new("init", "restic", "backup", "nothing has to be created: the first backup makes its folder"),
        new("snapshots", "restic", "list", "here it is list"),
        new("forget", "restic", "prune", "here it is prune, and every backup does the same for its database"),
        new("check", "restic", "verify", "here it is verify"),
        new("history", "the shell", "runs list", "here it is runs list"),
        new("log", "git", "runs list", "here it is runs list, and runs show for one run with its log"),
        new("cron", "other tools", "schedule list", "here it is schedule list; tidemark serve follows BACKUP_SCHEDULE_CRON"),
        new("ls", "the shell", "list", "here it is list"),
        new("dump", "other tools", "backup", "here it is backup"),
        new("pg_dump", "PostgreSQL", "backup", "here it is backup, which runs pg_dump and checks what it wrote"),
        new("pg_restore", "PostgreSQL", "restore", "here it is restore, which runs pg_restore into a new database"),
    ];

    public static ForeignWord? Of(string word) => All.FirstOrDefault(one => one.Word == word);
}
