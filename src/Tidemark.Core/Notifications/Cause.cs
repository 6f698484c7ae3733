namespace Tidemark.Notifications;

/// <summary>Why people are told. The words are frozen: receivers sort by them.</summary>
internal static class Cause
{
    public const string Objective = "objective", Exposed = "exposed", Unusual = "backup-unusual", HeartbeatMissing = "heartbeat-missing", StoreUnreachable = "store-unreachable", StoreFilling = "store-filling",
        PruneBehind = "prune-behind", PruneHeld = "prune-held", DeliveryFailing = "delivery-failing", JournalUnusable = "journal-unusable", WalLate = "wal-late", BaseDamaged = "base-damaged",
        StandbyLate = "standby-late", StandbySlot = "standby-slot", StandbyDrift = "standby-drift";

    private const string Failed = "-failed";

    /// <summary>Of a kind of run that failed: backup-failed, verify-failed …</summary>
    public static string OfRun(string kind) => kind + Failed;

    /// <summary>In a few words, after the name of the database.</summary>
    public static string Title(string cause) => cause switch
    {
        Objective => "the recovery point grows old",
        Exposed => "nothing sound to go back to",
        Unusual => "the newest backup looks unlike those before it",
        HeartbeatMissing => "no heartbeat is seen",
        StoreUnreachable => "a store cannot be reached",
        StoreFilling => "the disk under the backups fills up",
        PruneBehind => "old backups are not removed",
        PruneHeld => "the last good backup is older than retention allows",
        DeliveryFailing => "notices do not arrive",
        JournalUnusable => "the history of runs cannot be used",
        WalLate => "commits reach the stores too late",
        BaseDamaged => "a base backup is damaged",
        _ when cause == OfRun(Runs.RunKind.Publish.Name) => "reports of drills do not arrive",
        _ when cause == OfRun(Runs.RunKind.Pack.Name) => "the archive of the month is not made",
        StandbyLate => "a standby does not keep up",
        StandbySlot => "a standby fills the primary's disk",
        StandbyDrift => "a standby lacks what the primary's schema has",
        _ => $"{cause[..^Failed.Length]} fails",
    };
}
