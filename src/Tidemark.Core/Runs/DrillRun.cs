using Tidemark.BaseBackups;
using Tidemark.Drills;
using Tidemark.Drills.Bases;
using Tidemark.Drills.Evidence;
using Tidemark.Files;
using Tidemark.Protection;
using Tidemark.Repositories;
using Tidemark.Restores;

namespace Tidemark.Runs;

/// <summary>A drill as people run it: recorded, one at a time, its report signed and kept, and what it proved noted beside the backup.</summary>
internal sealed class DrillRun(RunRecorder recorder, DrillRunner drills, EvidenceFolder evidence, string stateFolder, TimeProvider clock)
{
    /// <returns>The report, and where it lies.</returns>
    public Task<(DrillReport Report, string Path)> RunAsync(DrillRequest request, IProgress<RestoreProgress> progress, Action<string> tell, CancellationToken token) =>
        RecordAsync(request.Source.Database ?? "", new RunDetails { BackupId = request.Source.Id, File = request.Source.Key, Server = request.Target?.Address.Places[0].ToString(), Mode = request.Sabotage ? "sabotage" : request.Target is null ? "private" : "target" },
            (run, log, both) => request.Sabotage ? drills.SabotageAsync(request, run.Id, phase => run.At(phase), progress, log, both) : drills.RunAsync(request, run.Id, phase => run.At(phase), progress, log, both),
            (report, log, both) =>
            {
                Measure(RestoreForecast.Dump, request.Source.Database, report, _ => request.Source.Size);
                return ProveAsync(request, report, log, both);
            }, tell, token);

    /// <summary>Of a whole server.</summary>
    /// <returns>The report, and where it lies.</returns>
    public Task<(DrillReport Report, string Path)> RunAsync(BaseDrillRunner bases, BaseDrillRequest request, IProgress<RestoreProgress> progress, Action<string> tell, CancellationToken token)
    {
        DrilledServer? drilled = null;
        return RecordAsync(IncarnationFolder.DefaultCluster, new RunDetails { BackupId = request.Backup?.Text, Mode = "base" }, async (run, log, both) =>
        {
            (var report, drilled) = await bases.RunAsync(request, run.Id, phase => run.At(phase), progress, log, both);
            return report;
        }, (report, log, both) =>
        {
            Measure(RestoreForecast.Base, IncarnationFolder.DefaultCluster, report, drilled!.BytesOf);
            return ProveAsync(drilled, report, log, both);
        }, tell, token);
    }

    private Task<(DrillReport Report, string Path)> RecordAsync(string database, RunDetails details, Func<RunContext, Action<string>, CancellationToken, Task<DrillReport>> drill, Func<DrillReport, Action<string>, CancellationToken, Task> prove, Action<string> tell, CancellationToken token) =>
        recorder.RecordAsync(RunKind.Drill, database, async run =>
        {
            void Log(string line)
            {
                run.Log(line);
                tell(line);
            }

            run.Ending = token;
            run.Details = details;
            using var single = FileLock.Acquire(Path.Combine(stateFolder, "locks", "drill"), "a drill", clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stop);
            var report = await drill(run, Log, both.Token);
            run.Log($"picked: {report.Subject.Picked}");
            foreach (var phase in report.Phases) run.Log($"{phase.Name}: {phase.Seconds} s");
            foreach (var check in report.Checks) run.Log($"{check.Result} {check.Name}{(check.Why is null ? "" : $": {check.Why}")}");
            var path = new EvidenceWriter(stateFolder, evidence).Write(report);
            run.Log($"report: {path}");
            if (report is { Passed: true, Sabotage: null }) await prove(report, Log, both.Token);
            run.Details = run.Details with { BackupId = report.Subject.BackupId, Finding = FindingOf(report) };
            return (report, path);
        });

    private void Measure(string kind, string? database, DrillReport report, Func<string, long> bytesOf)
    {
        if (database is not null) recorder.Measure(RestoreForecast.Measure(kind, database, report.FinishedAt, report.Phases.Select(phase => (phase.Name, phase.Seconds)), bytesOf));
    }

    private static Task ProveAsync(DrillRequest request, DrillReport report, Action<string> tell, CancellationToken token) => request.Source is not { Manifest: not null, IsOutside: false } proven ? Task.CompletedTask
        : NotedAsync(() => ProofMarkWriter.WriteAsync(proven, report.Id, report.FinishedAt, token, report.Measured.RpoSeconds, report.Measured.RtoSeconds), tell);

    private Task ProveAsync(DrilledServer drilled, DrillReport report, Action<string> tell, CancellationToken token) =>
        NotedAsync(() => drilled.Bases.WriteAsync(drilled.ProofOf(report, recorder.Actor), WriterKey.Ensure(stateFolder), token), tell);

    /// <summary>A store that takes no note keeps no drill from having passed: the report says it.</summary>
    private static async Task NotedAsync(Func<Task> note, Action<string> tell)
    {
        try
        {
            await note();
        }
        catch (Fault refused) when (refused.Code == FaultCode.Store || refused.Code == FaultCode.ObjectLocked || refused.Code == FaultCode.DiskFull)
        {
            tell($"warning: that this backup is proven could not be noted beside it, so status does not show it: {refused.InOneLine}");
        }
    }

    /// <summary>Null when it passed.</summary>
    public static Fault? FindingOf(DrillReport report) => report.Result switch
    {
        DrillResult.Failed => new Fault(FaultCode.Verification, "the drill failed") { Where = report.Subject.File, Why = report.Reason, Left = "nothing of the drill is left", Next = "tidemark verify, then a drill of another backup: tidemark drill run latest" },
        DrillResult.Inconclusive => new Fault(report.Broken!.Value, "the drill was inconclusive: it broke, not the backup") { Where = report.Subject.File, Why = report.Reason, Left = "nothing of the drill is left", Next = "mend the reason above, then: tidemark drill run" },
        _ => null,
    };
}
