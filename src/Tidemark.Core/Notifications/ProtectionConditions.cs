using Tidemark.Configuration;
using Tidemark.Processes;
using Tidemark.Protection;

namespace Tidemark.Notifications;

/// <summary>What the state of the databases makes people hear of; pure.</summary>
internal static class ProtectionConditions
{
    /// <summary>What is looked for. A command that knows no objective, where a service may have one by its schedule, says nothing of objectives, and ends nothing.</summary>
    public static IReadOnlyList<string> Causes(ObjectiveOptions objectives) => objectives.RpoIsOfService ? [Cause.Exposed, Cause.Unusual] : [Cause.Objective, Cause.Exposed, Cause.Unusual];

    public static IEnumerable<Condition> Of(ProtectionReport report, ObjectiveOptions objectives)
    {
        foreach (var one in report.Databases)
        {
            if (Objective(one) is { } late) yield return late;
            if (Exposed(one, objectives, report.At) is { } exposed) yield return exposed;
            if (BackupBand.Finding(one.Facts.Backups, report.At) is { } unusual)
                yield return new Condition { Database = one.Facts.Database, Cause = Cause.Unusual, Severity = Severity.Warning, Text = unusual.Words, Since = unusual.Backup.Time, Next = $"tidemark show {unusual.Backup.Id}" };
        }
    }

    public static IReadOnlyDictionary<string, RecoveryStanding> Standings(ProtectionReport report) =>
        report.Databases.GroupBy(one => one.Facts.Database).ToDictionary(same => same.Key, same => same.First()).ToDictionary(one => one.Key, one => new RecoveryStanding(one.Value.RecoveryPoint?.At, one.Value.Recovery.Age, one.Value.Recovery.Allowed));

    /// <summary>80 % of the objective is a warning, all of it is not. Nothing to go back to is another cause, the same with and without an objective: one that is set later ends nothing.</summary>
    private static Condition? Objective(DatabaseProtection one)
    {
        if (one.Recovery is not { Allowed: { } allowed, Age: { } old }) return null;
        var state = new Objective(allowed).Judge(old);
        if (state == ProtectionState.Protected) return null;
        return new Condition
        {
            Database = one.Facts.Database,
            Cause = Cause.Objective,
            Severity = state == ProtectionState.AtRisk ? Severity.Warning : Severity.Critical,
            Text = $"what was committed in the last {Ages.InWords(old)} is in no good backup: {(state == ProtectionState.AtRisk ? "80 % of" : "more than")} BACKUP_RPO, {new Duration(allowed)}",
            Since = one.RecoveryPoint is { } point ? point.At + allowed * (state == ProtectionState.AtRisk ? 0.8 : 1) : null,
            Next = BackUp(one),
        };
    }

    /// <summary>For another reason than its age: nothing good is there, or the newest is damaged or gone.</summary>
    private static Condition? Exposed(DatabaseProtection one, ObjectiveOptions objectives, DateTimeOffset now)
    {
        var line = RecoveryLine.Of(one.Facts, objectives with { Rpo = null }, now);
        // Without an objective nobody is exposed who has never made a backup.
        var nothing = one.Recovery.Age is null && one.Recovery.State == ProtectionState.Exposed;
        if (line.State != ProtectionState.Exposed && !nothing) return null;
        return new Condition { Database = one.Facts.Database, Cause = Cause.Exposed, Severity = Severity.Critical, Text = string.Join("; ", (nothing ? one.Recovery : line).Words), Next = BackUp(one) };
    }

    private static string BackUp(DatabaseProtection one) => $"tidemark backup --database {ShellWord.Quote(one.Facts.Database)}";
}
