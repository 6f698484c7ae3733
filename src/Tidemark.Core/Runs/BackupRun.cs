using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Repositories;
using Tidemark.Retention;

namespace Tidemark.Runs;

/// <summary>A backup as people run it: one writer a database, recorded, and old backups purged after a success.</summary>
internal sealed class BackupRun(RunRecorder recorder, DumpRunner dumps, DumpStores stores, RetentionPolicy policy, TimeProvider clock)
{
    /// <summary>Longer than any upload, and than any clock is wrong.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(7);

    public async Task<BackupRunReport> RunAsync(DumpOptions options, IProgress<DumpProgress> progress, CancellationToken token)
    {
        stores.Prepare();
        using var single = await recorder.RecordFailureAsync(RunKind.Backup, options.Database, () => Task.FromResult(Lock(options.Database)));
        var runId = "";
        var report = await recorder.RecordAsync(RunKind.Backup, options.Database, async run =>
        {
            runId = run.Id;
            run.Ending = token;
            run.Details = new RunDetails { Server = options.Address.Places[0].ToString() };
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stop);
            run.At("preparing");
            var made = await dumps.RunAsync(options, run.Id, new PlacedProgress<DumpProgress>(run, at => new RunPlace("dumping", at.Stored), progress), both.Token);
            run.At("keeping house", made.Manifest.Size);
            foreach (var warning in made.Manifest.Warnings) run.Log($"warning: {warning}");
            var kept = made.Kept.Manifest!;
            run.Details = run.Details with { BackupId = kept.Id, File = kept.File, IsChecked = kept.Check == DumpManifest.FullCheck, Finding = FindingOf(made) };
            foreach (var copy in made.Copies.Where(copy => copy.Manifest is not null)) await KeepHouseAsync(copy.Store, run.Log, token);
            return made;
        });
        var (purged, unseen) = await PurgeAsync(report, runId, token);
        return new BackupRunReport(report, purged, unseen);
    }

    /// <summary>The backup stands, whatever keeps old ones from going: that is told beside it.</summary>
    private async Task<(IReadOnlyList<PruneOutcome> Purged, IReadOnlyList<string> Unseen)> PurgeAsync(DumpReport made, string runId, CancellationToken token)
    {
        try
        {
            return await new PruneRun(recorder, stores, policy, clock).AfterBackupAsync([.. made.Copies.Where(copy => copy.Manifest is not null).Select(copy => (copy.Store, copy.Manifest!))], runId, token);
        }
        catch (Exception failed) when (failed is Fault or IOException or UnauthorizedAccessException)
        {
            var words = $"old backups could not be removed: {(failed as Fault)?.InOneLine ?? failed.Message}";
            recorder.LogAfterwards(runId, [$"warning: {words}"]);
            return ([], [words]);
        }
    }

    /// <summary>What a store needs besides its backups. The backup stands without it.</summary>
    private async Task KeepHouseAsync(DumpStore store, Action<string> log, CancellationToken token)
    {
        try
        {
            await BreakGlass.WriteAsync(store.Objects, token);
            // Of machines that never came back: ours are swept at the next start, by name.
            if (await store.Objects.SweepUploadsAsync("", clock.GetUtcNow() - Abandoned, token) is > 0 and var swept) log($"swept {swept} unfinished uploads in {store.Address}");
        }
        catch (Exception left) when (left is Fault or IOException or UnauthorizedAccessException)
        {
            log($"warning: {store.Address}: {(left as Fault)?.InOneLine ?? left.Message}");
        }
    }

    /// <summary>Null when the backup is in every store.</summary>
    private static Fault? FindingOf(DumpReport made)
    {
        var failed = made.Copies.Where(copy => copy.Fault is not null).ToList();
        if (failed.Count == 0) return null;
        var fault = failed[0].Fault!;
        return new Fault(FaultCode.Partly, $"the backup is in {made.Copies.Count - failed.Count} of {made.Copies.Count} stores", fault)
        {
            Where = string.Join(", ", failed.Select(copy => copy.Store.Address)),
            Why = string.Join("; ", failed.Select(copy => copy.Fault!.InOneLine)),
            Left = "where it is, it is whole and checked",
            Next = $"tidemark copy {made.Kept.Manifest!.Id} # when the store is back",
        };
    }

    private FileLock Lock(string database) => FileLock.Acquire(LockOf(stores.State, database), $"the backup of \"{database}\"", clock);

    /// <summary>Whether a backup of this database is being taken now, by whatever process.</summary>
    public static bool IsBusy(string stateFolder, string database, TimeProvider clock)
    {
        using var free = FileLock.TryAcquire(LockOf(stateFolder, database), clock);
        return free is null;
    }

    private static string LockOf(string stateFolder, string database) => Path.Combine(stateFolder, "locks", $"backup-{DumpName.FileSafe(database)}");
}

/// <summary>The backup, and what was purged after it.</summary>
/// <param name="Dump">The backup.</param>
/// <param name="Purged">What no rule keeps any more.</param>
/// <param name="Unseen">A sentence for each part of the stores that could not be looked at.</param>
internal sealed record BackupRunReport(DumpReport Dump, IReadOnlyList<PruneOutcome> Purged, IReadOnlyList<string> Unseen);
