using Tidemark.Configuration;
using Tidemark.Dumps;

namespace Tidemark.Protection;

/// <summary>How much of a database is safe at this moment; pure.</summary>
internal static class RecoveryLine
{
    public static ProtectionLine Of(ProtectionFacts facts, ObjectiveOptions objectives, DateTimeOffset now)
    {
        var point = RecoveryPoint.Newest(facts.Backups, now);
        var findings = new List<(ProtectionState State, string Words)> { Age(facts, point, objectives, now) };
        var seen = facts.Backups.Where(backup => !backup.IsAdopted && !backup.IsAhead(now)).OrderByDescending(backup => backup.Time).ToList();
        if (seen.FirstOrDefault(backup => backup.State is not (DumpState.Unchecked or DumpState.Foreign)) is { State: DumpState.Damaged or DumpState.Missing } broken)
            findings.Add((ProtectionState.Exposed, broken.State == DumpState.Missing ? $"the newest backup {broken.Id} is missing: its file is gone" : $"the newest backup {broken.Id} is damaged"));
        if (facts.LastBackup is { State: not "succeeded" } failed)
            findings.Add((ProtectionState.AtRisk, "the last backup did not succeed"));
        if (facts.Unseen > 0)
            findings.Add((ProtectionState.AtRisk, "a part of the backups cannot be read: a newer backup there, good or damaged, is not seen"));
        if (point is not null && point.Backup.Copies.Count(copy => copy.State == DumpState.Good) is var copies && copies < facts.Stores)
            findings.Add((ProtectionState.AtRisk, $"the newest good backup is whole in {copies} of {facts.Stores} stores"));
        if (objectives.Rto is var rto && facts.Forecast is { } forecast && (forecast.P90 ?? forecast.P50) > rto)
            findings.Add((ProtectionState.AtRisk, $"{forecast.InWords}, BACKUP_RTO is {new Duration(rto)}"));
        if (Unchecked(seen, point) is { } newer)
            findings.Add((ProtectionState.Protected, $"the newer backup {newer.Id} is not checked and does not count"));
        if (facts.Backups.Count(backup => backup.IsAhead(now)) is > 0 and var ahead)
            findings.Add((ProtectionState.Protected, $"{ahead} dated in the future by a wrong clock: not counted"));
        var age = point is null ? (TimeSpan?)null : RecoveryPoint.Age(point.At, now);
        var breached = objectives.Rpo is { } rpo && (age is null || age > rpo);
        return new ProtectionLine(findings.Max(finding => finding.State), age, objectives.Rpo, breached, [.. findings.Select(finding => finding.Words)]);
    }

    /// <summary>A backup newer than the recovery point that only wants to be verified.</summary>
    public static DumpEntry? Unchecked(IEnumerable<DumpEntry> newestFirst, RecoveryPoint? point) =>
        newestFirst.FirstOrDefault(backup => backup.State == DumpState.Unchecked && !backup.IsAdopted && (point is null || backup.Time > point.At));

    private static (ProtectionState State, string Words) Age(ProtectionFacts facts, RecoveryPoint? point, ObjectiveOptions objectives, DateTimeOffset now)
    {
        var rpo = objectives.Rpo;
        var limit = rpo is not { } set ? "" : objectives.RpoIsOfSchedule ? $", the schedule and 2 h more allow {new Duration(set)} (BACKUP_RPO is not set)" : $", BACKUP_RPO is {new Duration(set)}";
        if (point is not null)
        {
            var age = RecoveryPoint.Age(point.At, now);
            return (rpo is { } allowed ? new Objective(allowed).Judge(age) : ProtectionState.Protected, $"{Ages.InWords(age)} old{(rpo is null ? ", no BACKUP_RPO is set" : limit)}{(point.Backup.IsAdopted ? ", an adopted backup" : "")}");
        }
        if (facts.Backups.Count > 0) return (ProtectionState.Exposed, $"nothing to go back to: none of {facts.Backups.Count} backups is good{limit}");
        // Who has an objective, or has made backups, is not safe; of all others nobody knows.
        return rpo is null && facts.LastBackup is null ? (ProtectionState.Unknown, "no backup is known") : (ProtectionState.Exposed, $"nothing to go back to: no backup is here{limit}");
    }
}
