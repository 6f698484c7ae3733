using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Journal;

namespace Tidemark.Protection;

/// <summary>Asks the stores and the journal; never a server, and changes nothing.</summary>
/// <param name="stores">Where the backups are.</param>
/// <param name="objectives">What to judge by.</param>
/// <param name="isOver">Whether no living process holds a run that the journal calls running.</param>
/// <param name="clock">What is old.</param>
internal sealed class ProtectionReader(DumpStores stores, ObjectiveOptions objectives, Func<string, bool> isOver, TimeProvider clock)
{
    /// <param name="configured">The database of DATABASE_URL: told of even where nothing is known of it. Null when none is set.</param>
    /// <param name="token">Cancels.</param>
    public async Task<ProtectionReport> ReadAsync(string? configured, CancellationToken token) => Judge(await LookAsync(await stores.LookAsync(token), token), configured, null);

    /// <param name="listing">What is in the stores, just read.</param>
    /// <param name="token">Cancels.</param>
    public async Task<ProtectionLook> LookAsync(DumpListing listing, CancellationToken token)
    {
        var remarks = new List<string>();
        foreach (var store in stores.All)
            if (store.Folder is { } folder && !Directory.Exists(folder)) remarks.Add($"the backup folder {folder} is not there (BACKUP_DIR)");
        var proofs = new Dictionary<(DumpStore, string), (ProvenPoint?, string?)>();
        foreach (var copy in listing.Entries.SelectMany(backup => backup.Copies).Where(copy => copy.State == DumpState.Good)) proofs[(copy.Store, copy.Key)] = await ProofMarkReader.ReadAsync(copy, token);
        return new ProtectionLook(clock.GetUtcNow(), listing, RunHistory.Read(stores.State), proofs, remarks);
    }

    /// <param name="look">What is known.</param>
    /// <param name="configured">As above.</param>
    /// <param name="without">Keys of backups to leave out, as if they were gone; null: none.</param>
    public ProtectionReport Judge(ProtectionLook look, string? configured, IReadOnlySet<string>? without)
    {
        var (now, (all, unseen), history, known, missing) = look;
        List<string> remarks = [.. missing, .. unseen];
        var entries = without is null ? all : [.. all.Where(entry => !without.Contains(entry.Key))];
        if (history.Finding is not null) remarks.Add($"the last runs are not known: {history.Finding}");
        var ended = history.LastEnded.Concat(history.Running.Where(run => isOver(run.Id)).Select(run => run with { State = "interrupted", Error = "the process ended without a word" })).ToList();
        // A database that is not there cannot be exposed: it was dropped, or misspelt.
        var groups = BackupGroup.Of(entries, [.. ended.Where(run => run.Kind == "backup" && run.ErrorCode != FaultCode.NoSuchDatabase.Name).Select(run => run.Database), .. configured is null ? Array.Empty<string>() : [configured]], remarks);
        var proofs = new Dictionary<BackupGroup, IReadOnlyList<ProvenPoint>>();
        foreach (var group in groups) proofs[group] = Proofs(group.Backups, known, remarks);
        var databases = groups.Select(group => DatabaseProtection.Of(new ProtectionFacts
        {
            Database = group.Database,
            Server = group.Server,
            Backups = group.Backups,
            Unseen = unseen.Count,
            Stores = stores.All.Count,
            Proofs = proofs[group],
            LastBackup = ended.Where(run => run.Kind == "backup" && run.Database == group.Database).MaxBy(run => run.StartedAt),
            Forecast = RecoveryPoint.Newest(group.Backups, now) is { } point ? RestoreForecast.OfDump(history.Phases, group.Database, point.Backup.Size) : null,
        }, objectives, now));
        return new ProtectionReport(now, [.. databases.OrderByDescending(database => database.State).ThenByDescending(database => database.Recovery.State)
            .ThenBy(database => database.Facts.Database, StringComparer.Ordinal).ThenBy(database => database.Facts.Server, StringComparer.Ordinal)], remarks);
    }

    private static List<ProvenPoint> Proofs(IReadOnlyList<DumpEntry> backups, IReadOnlyDictionary<(DumpStore, string), (ProvenPoint?, string?)> known, List<string> remarks)
    {
        var proofs = new List<ProvenPoint>();
        foreach (var backup in backups.SelectMany(backup => backup.Copies).Where(backup => backup.State == DumpState.Good))
        {
            var (proof, finding) = known[(backup.Store, backup.Key)];
            if (proof is not null) proofs.Add(proof);
            if (finding is not null) remarks.Add(finding);
        }
        return proofs;
    }
}

/// <summary>All that the state of the databases is judged by.</summary>
/// <param name="At">The moment.</param>
/// <param name="Listing">What is in the stores.</param>
/// <param name="History">Of runs.</param>
/// <param name="Proofs">Of each good backup, by store and key: the proof, or why what lies there is none.</param>
/// <param name="Remarks">What an operator should know of the places themselves.</param>
internal sealed record ProtectionLook(DateTimeOffset At, DumpListing Listing, RunHistory History, IReadOnlyDictionary<(DumpStore Store, string Key), (ProvenPoint? Proof, string? Finding)> Proofs, IReadOnlyList<string> Remarks);
