using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Journal;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>Takes one task after the other: a cluster has one writer.</summary>
internal sealed partial class TaskWorker(Workbench workbench, TaskBoard board, UploadFolder uploads, ILogger<TaskWorker> log) : BackgroundService
{
    /// <summary>How long a task of another process, or one whose arrival was missed, may wait to be seen.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>Of tasks that could not be recorded as ended: they are not begun again.</summary>
    private readonly HashSet<string> done = [];

    /// <summary>Told of once.</summary>
    private readonly HashSet<string> heldUp = [];

    /// <summary>As it was told; null: it can be used.</summary>
    private string? journalFails;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TidyAsync(stoppingToken);
        EndWhatWaitsInVain();
        SweepUploads();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (Next() is { } task) await RunAsync(task, stoppingToken);
            else await board.WaitAsync(Look, stoppingToken);
        }
    }

    private async Task RunAsync(RunRow task, CancellationToken token)
    {
        done.Add(task.Id);
        Begins(task.Id, task.Kind, task.Database, task.Actor);
        try
        {
            await board.RunAsync(task.Id, (progress, own) => new TaskRunner(workbench).RunAsync(task, progress, own), token);
            Ended(task.Id);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            CutOff(task.Id);
        }
        catch (Fault stopped) when (stopped.Code == FaultCode.Stopped)
        {
            Stopped(task.Id, stopped.What);
        }
#pragma warning disable CA1031 // Whatever a task fails with is in its run by now; the next one has its turn.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            Failed(task.Id, (failed as Fault)?.InOneLine ?? failed.Message);
        }
        SweepUploads();
    }

    private RunRow? Next()
    {
        try
        {
            using var journal = RunJournal.Open(workbench.State);
            var queued = journal.Queued();
            // Begun here, and nothing of it could be written: left so, it would be waited for without end.
            foreach (var task in queued.Where(task => done.Contains(task.Id)))
                journal.EndQueued(task with { State = RunState.Failed, FinishedAt = workbench.Clock.GetUtcNow(), ErrorCode = FaultCode.Store.Name, Error = "neither its beginning nor its end could be recorded" });
            journalFails = null;
            return queued.FirstOrDefault(task => !done.Contains(task.Id) && !IsHeldUp(task));
        }
#pragma warning disable CA1031 // Whatever keeps one turn from being taken, the loop goes on, and says so.
        catch (Exception unreadable)
#pragma warning restore CA1031
        {
            var why = (unreadable as Fault)?.InOneLine ?? unreadable.Message;
            // Every few seconds the same words would hide all others.
            if (why != journalFails) JournalFails(why);
            journalFails = why;
            return null;
        }
    }

    /// <summary>A backup by another process is at work on the same database: the task waits, as it would for another task.</summary>
    private bool IsHeldUp(RunRow task)
    {
        if (!IsBackup(task) || !IsBusy(task)) return false;
        if (heldUp.Add(task.Id)) WaitsFor(task.Id, task.Database);
        return true;
    }

    /// <summary>A lock that cannot be looked at holds up nobody: the run begins, and fails by it, recorded.</summary>
    private bool IsBusy(RunRow task)
    {
        try
        {
            return task.Kind == RunKind.BaseBackup.Name ? BaseBackupRun.IsBusy(workbench.State, workbench.Clock) : BackupRun.IsBusy(workbench.State, task.Database, workbench.Clock);
        }
        catch (Fault)
        {
            return false;
        }
    }

    private static bool IsBackup(RunRow task) => task.Kind == RunKind.Backup.Name || task.Kind == RunKind.BaseBackup.Name;

    /// <summary>What a killed service left is told before anything new begins.</summary>
    private async Task TidyAsync(CancellationToken token)
    {
        try
        {
            await workbench.TidyAsync(workbench.Options.Database, token);
        }
#pragma warning disable CA1031 // The service starts all the same: what is left is told, and the next start tries again.
        catch (Exception failed) when (!token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            NotTidied((failed as Fault)?.InOneLine ?? failed.Message);
        }
    }

    /// <summary>A restore that waited when the service ended is nothing to begin by surprise: whoever asked for it may ask again.</summary>
    private void EndWhatWaitsInVain()
    {
        try
        {
            using var journal = RunJournal.Open(workbench.State);
            foreach (var task in journal.Queued().Where(task => task.Kind == RunKind.Restore.Name))
                journal.EndQueued(task with { State = RunState.Interrupted, FinishedAt = workbench.Clock.GetUtcNow(), ErrorCode = FaultCode.Interrupted.Name, Error = "the service ended before it began" });
        }
#pragma warning disable CA1031 // As above.
        catch (Exception unreadable)
#pragma warning restore CA1031
        {
            JournalFails((unreadable as Fault)?.InOneLine ?? unreadable.Message);
        }
    }

    private void SweepUploads()
    {
        try
        {
            uploads.Sweep();
        }
#pragma warning disable CA1031 // As above.
        catch (Exception unswept)
#pragma warning restore CA1031
        {
            UploadsStay(unswept.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "uploaded files that no task needs any more could not be removed: {Why}")]
    private partial void UploadsStay(string why);

    [LoggerMessage(LogLevel.Information, "task {Id} begins: {Kind} of \"{Database}\", asked for by {Actor}")]
    private partial void Begins(string id, string kind, string database, string actor);

    [LoggerMessage(LogLevel.Information, "task {Id} waits: another process is taking a backup of \"{Database}\"")]
    private partial void WaitsFor(string id, string database);

    [LoggerMessage(LogLevel.Error, "what an earlier service left could not be set right: {Why}")]
    private partial void NotTidied(string why);

    [LoggerMessage(LogLevel.Information, "task {Id} succeeded")]
    private partial void Ended(string id);

    [LoggerMessage(LogLevel.Information, "task {Id} is cut off by the end of the service")]
    private partial void CutOff(string id);

    [LoggerMessage(LogLevel.Information, "task {Id} is cancelled: {Why}")]
    private partial void Stopped(string id, string why);

    [LoggerMessage(LogLevel.Error, "task {Id} failed: {Why}")]
    private partial void Failed(string id, string why);

    [LoggerMessage(LogLevel.Error, "the journal cannot be used: {Why}")]
    private partial void JournalFails(string why);
}
