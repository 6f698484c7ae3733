using Tidemark.BaseBackups;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Repositories;

namespace Tidemark.Runs;

/// <summary>A base backup as people run it: one at a time, and recorded.</summary>
/// <param name="recorder">Of runs.</param>
/// <param name="bases">Takes it.</param>
/// <param name="stores">It goes to the first of them.</param>
/// <param name="prune">What expires goes afterwards.</param>
/// <param name="clock">Of locks.</param>
internal sealed class BaseBackupRun(RunRecorder recorder, BaseBackupRunner bases, DumpStores stores, BasePruneRun prune, TimeProvider clock)
{
    /// <summary>Whether one is being taken on this machine.</summary>
    public static bool IsBusy(string stateFolder, TimeProvider clock)
    {
        using var free = FileLock.TryAcquire(LockOf(stateFolder), clock);
        return free is null;
    }

    /// <exception cref="Fault">11: another one is being taken. Else as <see cref="BaseBackupRunner.RunAsync"/>.</exception>
    public async Task<BaseReport> RunAsync(BaseBackupOptions options, IProgress<BaseProgress> progress, CancellationToken token)
    {
        const string cluster = IncarnationFolder.DefaultCluster;
        stores.Prepare();
        using var single = await recorder.RecordFailureAsync(RunKind.BaseBackup, cluster, () => Task.FromResult(FileLock.Acquire(LockOf(stores.State), $"the base backup of cluster \"{cluster}\"", clock)));
        var runId = "";
        var taken = await recorder.RecordAsync(RunKind.BaseBackup, cluster, async run =>
        {
            runId = run.Id;
            run.Ending = token;
            run.Details = new RunDetails { Server = options.Address.Places[0].ToString() };
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stop);
            var report = await bases.RunAsync(options, new PlacedProgress<BaseProgress>(run, at => new RunPlace(at.Phase, at.Stored), progress), both.Token);
            foreach (var warning in report.Warnings) run.Log($"warning: {warning}");
            foreach (var page in report.Manifest.PageWarnings) run.Log($"DAMAGED {page.Path}, page {page.Page}: {page.Why}");
            run.Details = run.Details with { BackupId = report.Manifest.Id, Finding = report.Finding };
            return report;
        });
        return taken with { Warnings = [.. taken.Warnings, .. await prune.AfterBackupAsync(stores.Objects[0], runId, token)] };
    }

    private static string LockOf(string stateFolder) => Path.Combine(stateFolder, "locks", $"base-{IncarnationFolder.DefaultCluster}");
}
