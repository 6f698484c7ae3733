using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>What is in the folder for this database, against how long it is to be kept.</summary>
internal static class BackupsCheck
{
    private static readonly CheckSubject Subject = new("backups", "backups and their retention", FaultCode.Store);

    /// <returns>The backups too, newest first; none where they cannot be read.</returns>
    public static async Task<(Check Check, IReadOnlyList<DumpEntry> Backups)> LookAsync(DumpFolder folder, TidemarkOptions options, ProbedServer? server, TimeProvider clock, CancellationToken token)
    {
        IReadOnlyList<DumpEntry> backups = [];
        var check = await Subject.LookAsync(async () =>
        {
            backups = new DumpCatalog(folder).All();
            return options.Database is not { } address ? Subject.NotLookedAt("it is not known of which database")
                : Judge(backups, address.Database, server is null ? null : await server.Connection.SystemIdentifierAsync(token), options.Retention, clock.GetUtcNow());
        });
        return (check, backups);
    }

    /// <param name="backups">All in the folder.</param>
    /// <param name="database">The database that is meant.</param>
    /// <param name="systemIdentifier">Its server; null when that is not known.</param>
    /// <param name="policy">How long to keep them.</param>
    /// <param name="now">Our clock.</param>
    public static Check Judge(IReadOnlyList<DumpEntry> backups, string database, string? systemIdentifier, RetentionPolicy policy, DateTimeOffset now)
    {
        var good = backups.Where(entry => entry.Database == database && entry.State == DumpState.Good).ToList();
        var ours = good.Where(entry => systemIdentifier is null || entry.IsAdopted || entry.Manifest?.SystemIdentifier == systemIdentifier).ToList();
        if (ours.Count == 0) return Subject.Warn($"no good backup of \"{database}\"{(good.Count > 0 ? $" of this server; {good.Count} of another one" : "")}", "tidemark backup");
        var newest = ours.MaxBy(entry => entry.Time)!;
        var found = $"{ours.Count} good, the newest {Ages.InWords(now - newest.Time)} old; kept: {policy.InWords()}";
        if (backups.FirstOrDefault(entry => entry.Database == database && entry.State is DumpState.Damaged or DumpState.Missing) is { } lost)
            return Subject.Warn($"{found}; {lost.Key} is {lost.State.ToString().ToLowerInvariant()}", $"tidemark show {lost.Id}");
        if (good.Count > ours.Count) return Subject.Warn($"{found}; {good.Count - ours.Count} more are of another server: its backups expire only by tidemark prune", "tidemark prune --dry-run");
        if (policy.Days is > 0 and var days && now - newest.Time > TimeSpan.FromDays(days)) return Subject.Warn($"{found}: no backup has succeeded for longer than that", "tidemark backup");
        return policy is { Days: 1, Count: null or 1, Daily: null or 1, Weekly: null or 1, Monthly: null or 1, Yearly: null or 1 } ? Subject.Warn($"{found}: after one failed night there is a single one left", "set BACKUP_RETENTION_DAYS to more than 1") : Subject.Ok(found);
    }
}
