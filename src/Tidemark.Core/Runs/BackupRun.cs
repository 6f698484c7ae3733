using Tidemark.Audit;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Retention;

namespace Tidemark.Runs;

/// <summary>A backup as people run it: one writer a database, recorded, and old backups purged after a success.</summary>
internal sealed class BackupRun(RunRecorder recorder, DumpRunner dumps, DumpFolder folder, int retentionDays, TimeProvider clock)
{
    public async Task<BackupRunReport> RunAsync(DumpOptions options, IProgress<DumpProgress> progress, CancellationToken token)
    {
        folder.Prepare();
        using var single = await recorder.RecordFailureAsync(RunKind.Backup, options.Database, () => Task.FromResult(Lock(options.Database)));
        var report = await recorder.RecordAsync(RunKind.Backup, options.Database, async run =>
        {
            run.Details = new RunDetails { Server = options.Address.Places[0].ToString() };
            var made = await dumps.RunAsync(options, run.Id, progress, token);
            foreach (var warning in made.Manifest.Warnings) run.Log($"warning: {warning}");
            run.Details = run.Details with { BackupId = made.Manifest.Id, File = made.Manifest.File };
            return made;
        });
        return new BackupRunReport(report, Purge(report.Manifest));
    }

    private FileLock Lock(string database) => FileLock.Acquire(Path.Combine(folder.State, "locks", $"backup-{DumpName.FileSafe(database)}"), $"the backup of \"{database}\"", clock);

    private IReadOnlyList<PruneOutcome> Purge(DumpManifest made)
    {
        var database = made.Database;
        // The backup of this very run stays whatever the two clocks say.
        var expired = RetentionPlanner.Expired(new DumpCatalog(folder).All(), made.SystemIdentifier, database, retentionDays, clock.GetUtcNow()).Where(entry => entry.Id != made.Id).ToList();
        var outcomes = new PruneRunner(folder).Run(expired);
        foreach (var outcome in outcomes)
            recorder.Audit.Write(new AuditEvent
            {
                At = clock.GetUtcNow(),
                Action = outcome.Fault is null ? "DB_BACKUP_PURGED" : "DB_BACKUP_PURGE_FAILED",
                Outcome = outcome.Fault is null ? "ok" : "failed",
                Actor = recorder.Actor,
                Database = database,
                BackupId = outcome.Entry.Id,
                File = outcome.Entry.Key,
                ErrorCode = outcome.Fault?.Code.Name,
                Error = outcome.Fault?.Message,
            });
        return outcomes;
    }
}

/// <summary>The backup, and what was purged after it.</summary>
internal sealed record BackupRunReport(DumpReport Dump, IReadOnlyList<PruneOutcome> Purged);
