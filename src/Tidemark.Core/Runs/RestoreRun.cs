using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Runs;

/// <summary>A restore or an undo as people run it: recorded, one at a time a database, refusals audited.</summary>
internal sealed class RestoreRun(RunRecorder recorder, DumpRestoreRunner restores, string stateFolder, TimeProvider clock)
{
    public async Task<RestoreReport> RunAsync(RestoreOptions options, IProgress<RestoreProgress> progress, Action<string> tell, CancellationToken token)
    {
        using var single = Lock(options.Address);
        return await recorder.RecordAsync(RunKind.Restore, options.Address.Database, async run =>
        {
            void Log(string line)
            {
                run.Log(line);
                tell(line);
            }

            var plan = await restores.PlanAsync(options, token);
            foreach (var warning in plan.Warnings) Log($"warning: {warning}");
            var report = await restores.RunAsync(options, plan, run.Id, progress, Log, token);
            foreach (var missing in report.Missing) run.Log($"missing: {missing}");
            return (report, options.Source.Id, options.Source.Key);
        });
    }

    public async Task<SwapRecord> UndoAsync(UndoRunner undo, DatabaseAddress address, string? productionSaidBy, bool force, string? confirm, CancellationToken token)
    {
        using var single = Lock(address);
        return await recorder.RecordAsync(RunKind.Undo, address.Database, async run =>
        {
            var record = await undo.RunAsync(run.Id, productionSaidBy, force, confirm, token);
            return (record, (string?)null, (string?)null);
        });
    }

    public async Task<SwapRecord> ForgetAsync(UndoRunner undo, DatabaseAddress address, string? confirm, CancellationToken token)
    {
        using var single = Lock(address);
        return await recorder.RecordAsync(RunKind.Forget, address.Database, async _ => (await undo.ForgetAsync(confirm, token), (string?)null, (string?)null));
    }

    private FileLock Lock(DatabaseAddress address) =>
        FileLock.Acquire(Path.Combine(stateFolder, "locks", $"restore-{DumpName.FileSafe(address.Database)}"), $"the restore of \"{address.Database}\"", clock);
}
