using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Protection;

namespace Tidemark.Clusters;

/// <summary>What is in the folder for this database, against how long it is to be kept.</summary>
internal static class BackupsCheck
{
    private static readonly CheckSubject Subject = new("backups", "backups and their retention", FaultCode.Store);

    /// <returns>The backups too, newest first; none where they cannot be read.</returns>
    public static async Task<(Check Check, IReadOnlyList<DumpEntry> Backups)> LookAsync(DumpStores stores, TidemarkOptions options, bool retentionIsKnown, ProbedServer? server, TimeProvider clock, CancellationToken token)
    {
        var listing = new DumpListing([], []);
        var check = await Subject.LookAsync(async () =>
        {
            listing = await stores.LookAsync(token);
            if (listing.Unseen.Count > 0) return Subject.Warn(string.Join("; ", listing.Unseen), Next(stores));
            return options.Database is not { } address ? Subject.NotLookedAt("it is not known of which database")
                : Judge(listing.Entries, address.Database, server is null ? null : await server.Connection.SystemIdentifierAsync(token), retentionIsKnown ? options.Retention : null, options.Objectives.Rpo, clock.GetUtcNow());
        });
        return (check, listing.Entries);
    }

    private static string Next(DumpStores stores) => stores.All is [{ Folder: { } folder }] ? $"chmod -R u+rwX {ShellWord.Quote(folder)}  # as its owner" : "tidemark list";

    /// <param name="backups">All that is there.</param>
    /// <param name="database">The database that is meant.</param>
    /// <param name="systemIdentifier">Its server; null when that is not known.</param>
    /// <param name="policy">How long to keep them; null when that is not known.</param>
    /// <param name="rpo">How old the newest may be; null when nobody has said.</param>
    /// <param name="now">Our clock.</param>
    public static Check Judge(IReadOnlyList<DumpEntry> backups, string database, string? systemIdentifier, RetentionPolicy? policy, TimeSpan? rpo, DateTimeOffset now)
    {
        var good = backups.Where(entry => entry.Database == database && entry.State == DumpState.Good).ToList();
        var ours = good.Where(entry => systemIdentifier is null || entry.IsAdopted || entry.Manifest?.SystemIdentifier == systemIdentifier).ToList();
        var ahead = ours.Count(entry => entry.IsAhead(now)) is > 0 and var some ? $"; {some} dated in the future by a wrong clock: not counted" : "";
        if (RecoveryPoint.Newest(ours, now) is not { } newest)
            return Subject.Warn($"no good backup of \"{database}\"{(good.Count > ours.Count ? $" of this server; {good.Count - ours.Count} of another one" : "")}{ahead}", "tidemark backup");
        var age = RecoveryPoint.Age(newest.At, now);
        var found = $"{ours.Count(entry => !entry.IsAhead(now))} good, the newest {Ages.InWords(age)} old{ahead}{(policy is null ? "" : $"; kept: {policy.InWords()}")}";
        if (rpo is { } objective && age > objective) return Subject.Warn($"{found}: BACKUP_RPO is {new Duration(objective)}", "tidemark backup");
        if (backups.FirstOrDefault(entry => entry.Database == database && entry.State is DumpState.Damaged or DumpState.Missing) is { } lost)
            return Subject.Warn($"{found}; {lost.Key} is {lost.State.ToString().ToLowerInvariant()}", $"tidemark show {lost.Id}");
        if (good.Count > ours.Count) return Subject.Warn($"{found}; {good.Count - ours.Count} more are of another server: its backups expire only by tidemark prune", "tidemark prune --dry-run");
        if (policy?.Days is { } days && age > TimeSpan.FromDays(days)) return Subject.Warn($"{found}: no backup has succeeded for longer than that", "tidemark backup");
        return policy is { Days: 1, Count: null or 1, Daily: null or 1, Weekly: null or 1, Monthly: null or 1, Yearly: null or 1 } ? Subject.Warn($"{found}: after one failed night there is a single one left", "set BACKUP_RETENTION_DAYS to more than 1") : Subject.Ok(found);
    }
}
