using System.Security.Cryptography;
using Tidemark.Drills;
using Tidemark.Journal;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>A drill that the service runs: of a random good backup of the past 90 days, where the configuration says.</summary>
internal static class TaskDrill
{
    /// <exception cref="Fault">What failed, or why nothing is known; recorded already.</exception>
    public static async Task RunAsync(Workbench workbench, RunRecorder recorder, RunRow task, IProgress<TaskProgress> progress, CancellationToken token)
    {
        var request = await recorder.RecordFailureAsync(RunKind.Drill, task.Database, async () =>
        {
            var (all, _) = await workbench.Stores.LookAsync(token);
            var now = workbench.Clock.GetUtcNow();
            var pick = DrillPick.Of(all, DrillPick.Random, task.Database, null, now, RandomNumberGenerator.GetInt32);
            return DrillRequest.Of(pick, all, workbench.DrillTargetOf(null), workbench.Options, now);
        });
        var run = new DrillRun(recorder, workbench.Drills, workbench.Evidence, workbench.State, workbench.Clock);
        // What a person should know in passing is in the log of the run.
        var (report, _) = await run.RunAsync(request, new Heard<RestoreProgress>(at => progress.Report(new TaskProgress(at.Step, at.Unit == "bytes" ? at.Done : null, at.Total > 0 ? (double)at.Done / at.Total : null))), _ => { }, token);
        if (DrillRun.FindingOf(report) is { } finding) throw finding;
    }
}
