using Tidemark.BaseBackups;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Repositories;

namespace Tidemark.Runs;

/// <summary>A base backup as people run it: one at a time, and recorded.</summary>
internal sealed class BaseBackupRun(RunRecorder recorder, BaseBackupRunner bases, DumpStores stores, TimeProvider clock)
{
    /// <exception cref="Fault">11: another one is being taken. Else as <see cref="BaseBackupRunner.RunAsync"/>.</exception>
    public async Task<BaseReport> RunAsync(BaseBackupOptions options, IProgress<BaseProgress> progress, CancellationToken token)
    {
        const string cluster = IncarnationFolder.DefaultCluster;
        stores.Prepare();
        using var single = await recorder.RecordFailureAsync(RunKind.BaseBackup, cluster, () => Task.FromResult(FileLock.Acquire(Path.Combine(stores.State, "locks", $"base-{cluster}"), $"the base backup of cluster \"{cluster}\"", clock)));
        return await recorder.RecordAsync(RunKind.BaseBackup, cluster, async run =>
        {
            run.Ending = token;
            run.Details = new RunDetails { Server = options.Address.Places[0].ToString() };
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stop);
            var report = await bases.RunAsync(options, new PlacedProgress<BaseProgress>(run, at => new RunPlace(at.Phase, at.Stored), progress), both.Token);
            foreach (var warning in report.Warnings) run.Log($"warning: {warning}");
            foreach (var page in report.Manifest.PageWarnings) run.Log($"DAMAGED {page.Path}, page {page.Page}: {page.Why}");
            run.Details = run.Details with { BackupId = report.Manifest.Id, Finding = report.Finding };
            return report;
        });
    }
}
