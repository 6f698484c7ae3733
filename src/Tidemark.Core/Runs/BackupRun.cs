using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Retention;

namespace Tidemark.Runs;

/// <summary>A backup as people run it: one writer a database, recorded, and old backups purged after a success.</summary>
internal sealed class BackupRun(RunRecorder recorder, DumpRunner dumps, DumpFolder folder, RetentionPolicy policy, TimeProvider clock)
{
    public async Task<BackupRunReport> RunAsync(DumpOptions options, IProgress<DumpProgress> progress, CancellationToken token)
    {
        folder.Prepare();
        using var single = await recorder.RecordFailureAsync(RunKind.Backup, options.Database, () => Task.FromResult(Lock(options.Database)));
        var runId = "";
        var report = await recorder.RecordAsync(RunKind.Backup, options.Database, async run =>
        {
            runId = run.Id;
            run.Details = new RunDetails { Server = options.Address.Places[0].ToString() };
            var made = await dumps.RunAsync(options, run.Id, progress, token);
            foreach (var warning in made.Manifest.Warnings) run.Log($"warning: {warning}");
            run.Details = run.Details with { BackupId = made.Manifest.Id, File = made.Manifest.File };
            return made;
        });
        return new BackupRunReport(report, new PruneRun(recorder, folder, policy, clock).AfterBackup(report.Manifest, runId));
    }

    private FileLock Lock(string database) => FileLock.Acquire(Path.Combine(folder.State, "locks", $"backup-{DumpName.FileSafe(database)}"), $"the backup of \"{database}\"", clock);
}

/// <summary>The backup, and what was purged after it.</summary>
internal sealed record BackupRunReport(DumpReport Dump, IReadOnlyList<PruneOutcome> Purged);
