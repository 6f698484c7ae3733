using Tidemark.Configuration;

namespace Tidemark.Protection;

/// <summary>An objective that is breached, or would be without some backups.</summary>
/// <param name="Database">Its name.</param>
/// <param name="Server">The system identifier of its server; null when no backup says it.</param>
/// <param name="Objective">BACKUP_RPO, BACKUP_RTO or BACKUP_PROOF_AGE.</param>
/// <param name="BreachedNow">With all backups.</param>
/// <param name="BreachedAfter">Without those.</param>
internal sealed record ObjectiveOutlook(string Database, string? Server, string Objective, bool BreachedNow, bool BreachedAfter)
{
    /// <summary>Those that are breached before or after; pure.</summary>
    public static IReadOnlyList<ObjectiveOutlook> Of(ProtectionReport now, ProtectionReport after, TimeSpan rto)
    {
        var later = after.Databases.ToDictionary(one => (one.Facts.Database, one.Facts.Server));
        return [.. now.Databases.Where(one => later.ContainsKey((one.Facts.Database, one.Facts.Server))).SelectMany(one => Both(one, later[(one.Facts.Database, one.Facts.Server)], rto)).Where(outlook => outlook.BreachedNow || outlook.BreachedAfter)];
    }

    private static IEnumerable<ObjectiveOutlook> Both(DatabaseProtection now, DatabaseProtection after, TimeSpan rto)
    {
        ObjectiveOutlook Objective(Setting setting, Func<DatabaseProtection, bool> isBreached) => new(now.Facts.Database, now.Facts.Server, setting.Variable, isBreached(now), isBreached(after));
        yield return Objective(SettingCatalogue.Rpo, one => one.Recovery.Breached);
        yield return Objective(SettingCatalogue.Rto, one => one.Facts.Forecast?.P50 > rto);
        yield return Objective(SettingCatalogue.ProofAge, one => one.Proof.Breached);
    }
}
