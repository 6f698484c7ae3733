using Tidemark.BaseBackups;
using Tidemark.Repositories;

namespace Tidemark.Runs;

/// <summary>The verification of a base backup as people run it: recorded.</summary>
internal static class BaseVerifyRun
{
    /// <param name="recorder">Of runs.</param>
    /// <param name="backup">Which.</param>
    /// <param name="keys">Open it.</param>
    /// <param name="stateFolder">The writer's key lies in it.</param>
    /// <param name="clock">Of the machine.</param>
    /// <param name="progress">Told how much was read.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">9: nothing configured opens it. 8: the store.</exception>
    public static Task<BaseVerifyReport> RunAsync(RunRecorder recorder, StoredBackup backup, RepositoryKeys keys, string stateFolder, TimeProvider clock, IProgress<BaseProgress> progress, CancellationToken token) =>
        recorder.RecordAsync(RunKind.Verify, IncarnationFolder.DefaultCluster, async run =>
        {
            run.Ending = token;
            run.Details = new RunDetails { BackupId = backup.Id };
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stop);
            var report = await BaseVerifier.RunAsync(backup, keys, clock, new PlacedProgress<BaseProgress>(run, at => new RunPlace(at.Phase, at.Read), progress), both.Token);
            run.Log($"{(report.Passed ? "whole" : "DAMAGED")} {backup.Id}{string.Concat(report.Faults.Select(fault => $"; {fault}"))}");
            if (await MarkAsync(backup, report, stateFolder, recorder.Actor, clock, both.Token) is { } unmarked) run.Log(unmarked);
            if (!report.Passed)
                run.Details = run.Details with { Finding = new Fault(FaultCode.Verification, "the base backup is damaged") { Where = backup.Id, Why = report.Faults[0], Left = "nothing was changed", Next = "tidemark backup --kind base" } };
            return report;
        });

    /// <summary>So that everybody who uses the store knows. Says why it could not.</summary>
    private static async Task<string?> MarkAsync(StoredBackup backup, BaseVerifyReport report, string stateFolder, string by, TimeProvider clock, CancellationToken token)
    {
        try
        {
            var mark = new BaseMark { Id = backup.Id, Type = BaseMark.Verified, At = clock.GetUtcNow(), By = by, Passed = report.Passed, Findings = [.. report.Faults.Take(BaseMark.MostFindings)] };
            await backup.Bases.WriteAsync(mark, WriterKey.Ensure(stateFolder), token);
            return null;
        }
        catch (Fault unwritten)
        {
            return $"what was found could not be noted beside the backup: {unwritten.InOneLine}";
        }
    }
}
