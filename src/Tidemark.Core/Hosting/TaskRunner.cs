using System.Text.Json;
using Tidemark.BaseBackups;
using Tidemark.Dumps;
using Tidemark.Journal;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>Does what a task asks for, recorded as the run of its id.</summary>
internal sealed class TaskRunner(Workbench workbench)
{
    /// <summary>What fails is recorded, and thrown.</summary>
    public async Task RunAsync(RunRow task, IProgress<TaskProgress> progress, CancellationToken token)
    {
        var kind = RunKind.Named(task.Kind)!;
        var recorder = workbench.RecorderFor(task.Actor, new RunTicket { Id = task.Id, QueuedAt = task.QueuedAt!.Value, Request = task.Request, Schedule = task.Schedule, DueAt = task.DueAt });
        var request = await recorder.RecordFailureAsync(kind, task.Database, async () =>
        {
            await workbench.TidyAsync(workbench.Database, token);
            return JsonSerializer.Deserialize(task.Request!, TaskJson.Default.TaskRequest)!;
        });
        if (kind == RunKind.BaseBackup) await TakeBaseAsync(recorder, request, progress, token);
        else if (kind == RunKind.Verify) await TaskVerify.RunAsync(workbench, recorder, task, request, progress, token);
        else if (kind == RunKind.Drill) await TaskDrill.RunAsync(workbench, recorder, task, progress, token);
        else if (kind == RunKind.Prune) await PruneAsync(recorder, token);
        else if (kind == RunKind.Backup) await BackUpAsync(recorder, task, request, progress, token);
        else await RestoreAsync(recorder, request, progress, token);
    }

    private async Task BackUpAsync(RunRecorder recorder, RunRow task, TaskRequest request, IProgress<TaskProgress> progress, CancellationToken token)
    {
        var options = await recorder.RecordFailureAsync(RunKind.Backup, task.Database, () => Task.FromResult(new DumpOptions
        {
            Address = workbench.Database,
            Database = task.Database,
            Format = DumpFormats.Parse(request.Format ?? workbench.Options.Format ?? "custom"),
            Label = request.Label is { } label ? DumpName.CheckedLabel(label) : request.Schedule is null ? null : DumpName.ScheduledLabel(workbench.Clock.GetUtcNow()),
            OneOfSeveral = request.OneOfSeveral,
            HashInName = request.Schedule is null,
            LockWait = workbench.Options.LockWait,
        }));
        var run = new BackupRun(recorder, workbench.Dumps, workbench.Stores, workbench.Options.Retention, workbench.Clock);
        await run.RunAsync(options, new Heard<DumpProgress>(at => progress.Report(new TaskProgress("dumping", at.Stored, at.Fraction))), token);
    }

    private async Task TakeBaseAsync(RunRecorder recorder, TaskRequest request, IProgress<TaskProgress> progress, CancellationToken token)
    {
        // What a person should know in passing is in the log of the run.
        var bases = new BaseBackupRunner(workbench.Stores.Objects[0], workbench.Keys, workbench.State, workbench.Options.Wal, workbench.Options.SweepGrace, recorder.Actor, workbench.Clock, _ => { });
        var run = new BaseBackupRun(recorder, bases, workbench.Stores, workbench.PruneOfBases(recorder), workbench.Clock);
        await run.RunAsync(new BaseBackupOptions { Address = workbench.Database, Label = request.Label }, new Heard<BaseProgress>(at => progress.Report(new TaskProgress(at.Phase, at.Stored, at.Total > 0 ? (double)at.Read / at.Total : null))), token);
    }

    private async Task RestoreAsync(RunRecorder recorder, TaskRequest request, IProgress<TaskProgress> progress, CancellationToken token)
    {
        var options = await recorder.RecordFailureAsync(RunKind.Restore, workbench.Database.Database, () => TaskRestore.OptionsAsync(workbench, request, token));
        var run = new RestoreRun(recorder, workbench.Restores, workbench.State, workbench.Clock);
        await run.RunAsync(options, new Heard<RestoreProgress>(at => progress.Report(new TaskProgress(at.Step, at.Unit == "bytes" ? at.Done : null, at.Total > 0 ? (double)at.Done / at.Total : null))), _ => { }, token);
    }

    private async Task PruneAsync(RunRecorder recorder, CancellationToken token)
    {
        var outlook = await recorder.RecordFailureAsync(RunKind.Prune, RetentionOutlook.EveryDatabase, () => RetentionOutlook.LookAsync(workbench, recorder, null, token));
        await outlook.RunAsync(workbench, recorder, token);
    }
}
