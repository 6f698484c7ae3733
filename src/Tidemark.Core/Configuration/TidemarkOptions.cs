using Tidemark.Postgres;
using Tidemark.Storage;

namespace Tidemark.Configuration;

/// <summary>What the user asked for, checked once; nothing in it changes afterwards.</summary>
internal sealed record TidemarkOptions
{
    /// <summary>Absolute; commands of hooks run here.</summary>
    public required string ProjectRoot { get; init; }

    /// <summary>Null when neither DATABASE_URL nor PG* variables name one.</summary>
    public required DatabaseAddress? Database { get; init; }

    /// <summary>What others than we define, for whoever reads it: the environment, and beneath it .env.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>At least one; folders absolute.</summary>
    public required IReadOnlyList<StoreAddress> Stores { get; init; }

    /// <summary>Absolute; history, locks and unfinished work of this machine.</summary>
    public required string StateFolder { get; init; }

    /// <summary>At least one rule; every number 1 or more.</summary>
    public required RetentionPolicy Retention { get; init; }

    /// <summary>How long what nothing needs stays in a repository of base backups. An hour at least.</summary>
    public required TimeSpan SweepGrace { get; init; }

    public required ObjectiveOptions Objectives { get; init; }

    /// <summary>What the service does by itself.</summary>
    public IReadOnlyList<ScheduleOptions> Schedules { get; init; } = [];

    /// <summary>Where the schedules were said, such as ".env:3"; null: nobody did, and the one is the default.</summary>
    public string? SchedulesSaidBy { get; init; }

    /// <summary>custom or sql.gz; null: each command's own form.</summary>
    public required string? Format { get; init; }

    /// <summary>Above zero, at most 24 days.</summary>
    public required TimeSpan LockWait { get; init; }

    public required EncryptionOptions Encryption { get; init; }

    /// <summary>Bytes a second to an object store, and from it; null: no limit.</summary>
    public required long? Bandwidth { get; init; }

    public required ClientPathOptions Clients { get; init; }

    /// <summary>Where "production" was said, such as ".env:3"; null when nowhere. The server may still say it.</summary>
    public required string? ProductionSaidBy { get; init; }

    public bool Production => ProductionSaidBy is not null;

    public required HeartbeatOptions Heartbeat { get; init; }

    public required NoticeOptions Notices { get; init; }

    public required PingOptions Pings { get; init; }

    public required HookOptions Hooks { get; init; }

    public required DrillPolicy Drills { get; init; }

    public required WalOptions Wal { get; init; }

    public required AccessOptions Access { get; init; }

    /// <summary>What was said, as <c>config show</c> shows it: secrets masked.</summary>
    public IReadOnlyList<SettingValue> Shown { get; init; } = [];

    /// <summary>As a service works by it: it follows the schedule of every day also where nobody said one.</summary>
    public TidemarkOptions OfService() => Objectives.RpoIsOfService ? this with { Objectives = Objectives.OrOf(Schedules) } : this;
}

/// <summary>Spans above zero. Rpo: how old the newest good backup may be. Rto: how long a restore may take. ProofAge: how long ago a drill must have proven a backup. Null: nobody said.</summary>
internal sealed record ObjectiveOptions(TimeSpan? Rpo, TimeSpan Rto, TimeSpan? ProofAge)
{
    /// <summary>Nobody gave an RPO, but a schedule: it is what that one leaves at most.</summary>
    public bool RpoIsOfSchedule { get; init; }

    /// <summary>Nobody said, neither an RPO nor a schedule: only a service, which then follows the schedule of every day, has one.</summary>
    public bool RpoIsOfService { get; init; }

    /// <summary>An objective that nobody has given is the schedules', with two hours for the backup itself.</summary>
    public ObjectiveOptions OrOf(IReadOnlyList<ScheduleOptions> schedules) => OrOfDumps([.. schedules.Where(schedule => schedule is { IsOfCluster: false, IsOfDrills: false })]);

    private ObjectiveOptions OrOfDumps(IReadOnlyList<ScheduleOptions> schedules) => Rpo is not null || schedules.Count == 0 ? this with { RpoIsOfService = false }
        : this with { Rpo = schedules.Min(schedule => schedule.LongestGap()) + TimeSpan.FromHours(2), RpoIsOfSchedule = true, RpoIsOfService = false };
}

/// <summary>The user's choice of client programs: absolute, or a bare name to be found in PATH; null: found by version.</summary>
internal sealed record ClientPathOptions(string? PgDump, string? PgRestore, string? Psql);

/// <summary>Names as in SQL, not quoted yet; the table may have its schema before a dot. Both spans are above zero.</summary>
internal sealed record HeartbeatOptions(string Table, string TypeColumn, string MessageColumn, string TimeColumn, TimeSpan Interval, TimeSpan Limit);

/// <summary>Addresses of monitors; null where there is none.</summary>
internal sealed record PingOptions(SecretSource? Backup, SecretSource? Service);

/// <summary>Commands for /bin/sh -c; null where there is none.</summary>
internal sealed record HookOptions(string? AfterRestore, string? SmokeTest, string? BeforeSwap, string? AfterSwap);

/// <summary>Of the HTTP API. AdminToken: a token of role admin; null: none is configured. UploadLimit: bytes.</summary>
internal sealed record AccessOptions(string? AdminToken, long UploadLimit);
