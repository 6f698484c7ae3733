using Tidemark.BaseBackups;
using Tidemark.Repositories;

namespace Tidemark.Runs;

/// <summary>The verification of a base backup as people run it: recorded.</summary>
internal static class BaseVerifyRun
{
    /// <exception cref="Fault">9: nothing configured opens it. 8: the store.</exception>
    public static Task<BaseVerifyReport> RunAsync(RunRecorder recorder, StoredBackup backup, RepositoryKeys keys, TimeProvider clock, IProgress<BaseProgress> progress, CancellationToken token) =>
        recorder.RecordAsync(RunKind.Verify, IncarnationFolder.DefaultCluster, async run =>
        {
            run.Ending = token;
            run.Details = new RunDetails { BackupId = backup.Id };
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stop);
            var report = await BaseVerifier.RunAsync(backup, keys, clock, new PlacedProgress<BaseProgress>(run, at => new RunPlace(at.Phase, at.Read), progress), both.Token);
            run.Log($"{(report.Passed ? "whole" : "DAMAGED")} {backup.Id}{string.Concat(report.Faults.Select(fault => $"; {fault}"))}");
            if (!report.Passed)
                run.Details = run.Details with { Finding = new Fault(FaultCode.Verification, "the base backup is damaged") { Where = backup.Id, Why = report.Faults[0], Left = "nothing was changed", Next = "tidemark backup --kind base" } };
            return report;
        });
}
