using Tidemark.BaseBackups;
using Tidemark.Dumps;
using Tidemark.Journal;
using Tidemark.Repositories;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>A task of the service that reads one backup again: a dump with all its copies, or a base backup with its WAL.</summary>
internal static class TaskVerify
{
    /// <param name="workbench">Where it is.</param>
    /// <param name="id">As it was asked for: id, file name, unique prefix, or latest.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The task for it, by the whole id: the same name may mean another one when its turn has come.</returns>
    /// <exception cref="Fault">4: there is none. 2: several are meant.</exception>
    public static async Task<TaskRequest> RequestAsync(Workbench workbench, string id, CancellationToken token)
    {
        if (BaseChoice.MayBeId(id) && await new BaseChoice(workbench, _ => { }).FindAsync(id, token) is { } found) return new TaskRequest { Kind = RunKind.Verify.Name, Database = IncarnationFolder.DefaultCluster, Source = found.Id };
        var entry = await workbench.Choice.FindStoredAsync(id, workbench.Options.Database?.Database, token);
        return new TaskRequest { Kind = RunKind.Verify.Name, Database = entry.Database ?? "", Source = entry.Id };
    }

    public static async Task RunAsync(Workbench workbench, RunRecorder recorder, RunRow task, TaskRequest request, IProgress<TaskProgress> progress, CancellationToken token)
    {
        var (found, dump) = await recorder.RecordFailureAsync(RunKind.Verify, task.Database, () => FindAsync(workbench, request.Source!, token));
        if (found is not null) await BaseVerifyRun.RunAsync(recorder, found, workbench.Keys, workbench.State, workbench.Clock, new Heard<BaseProgress>(at => progress.Report(new TaskProgress(at.Phase, at.Read, at.Total > 0 ? (double)at.Read / at.Total : null))), token);
        else await new VerifyRun(recorder, workbench.Verifier, _ => { }).RunAsync(task.Database, [.. dump!.Copies], (copy, stop) =>
            workbench.Verifier.RunAsync(copy, workbench.Keys, new Heard<DumpProgress>(at => progress.Report(new TaskProgress("reading", at.Stored, copy.Size > 0 ? (double)at.Stored / copy.Size : null))), stop), token);
    }

    private static async Task<(StoredBackup? Base, DumpEntry? Dump)> FindAsync(Workbench workbench, string id, CancellationToken token) =>
        BaseChoice.MayBeId(id) && await new BaseChoice(workbench, _ => { }).FindAsync(id, token) is { } found ? (found, null) : (null, await workbench.Choice.FindStoredAsync(id, null, token));
}
