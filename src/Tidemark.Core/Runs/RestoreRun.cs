using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Journal;
using Tidemark.Postgres;
using Tidemark.Protection;
using Tidemark.Restores;

namespace Tidemark.Runs;

/// <summary>A restore or an undo as people run it: recorded, one at a time a database, refusals audited.</summary>
internal sealed class RestoreRun(RunRecorder recorder, DumpRestoreRunner restores, string stateFolder, TimeProvider clock)
{
    public Task<RestoreReport> RunAsync(RestoreOptions options, IProgress<RestoreProgress> progress, Action<string> tell, CancellationToken token) =>
        recorder.RecordAsync(RunKind.Restore, options.Address.Database, async run =>
        {
            void Log(string line)
            {
                run.Log(line);
                tell(line);
            }

            run.Ending = token;
            run.Details = new RunDetails { BackupId = options.Source.Id, File = options.Source.Key, Server = ServerOf(options.Address), Mode = options.Mode.ToString().ToLowerInvariant(), Force = options.Force ? true : null, Reason = options.Reason };
            if (options.Reason is not null) run.Log($"reason: {options.Reason}");
            using var single = Lock(options.Address);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stop);
            run.At("planning");
            var plan = await restores.PlanAsync(options, both.Token);
            run.Details = run.Details with { Target = plan.Target, Kept = plan.Kept };
            foreach (var warning in plan.Warnings) Log($"warning: {warning}");
            var report = await restores.RunAsync(options, plan, run.Id, new PlacedProgress<RestoreProgress>(run, at => new RunPlace(at.Step, at.Unit == "bytes" ? at.Done : null), progress), Log, both.Token);
            foreach (var missing in report.Missing) run.Log($"missing: {missing}");
            recorder.Measure(Measured(report));
            run.Details = run.Details with { Outcome = report.Outcome switch { RestoreOutcome.Checked => "ok", RestoreOutcome.NotChecked => "notChecked", _ => "partly" } };
            return report;
        });

    public Task<SwapRecord> UndoAsync(UndoRunner undo, DatabaseAddress address, string? productionSaidBy, bool force, string? confirm, CancellationToken token) =>
        recorder.RecordAsync(RunKind.Undo, address.Database, async run =>
        {
            run.Details = new RunDetails { Server = ServerOf(address), Force = force ? true : null };
            using var single = Lock(address);
            var record = await undo.RunAsync(run.Id, productionSaidBy, force, confirm, token);
            run.Details = run.Details with { Kept = record.Kept };
            return record;
        });

    public Task<SwapRecord> ForgetAsync(UndoRunner undo, DatabaseAddress address, string? productionSaidBy, bool force, string? confirm, CancellationToken token) =>
        recorder.RecordAsync(RunKind.Forget, address.Database, async run =>
        {
            run.Details = new RunDetails { Server = ServerOf(address), Force = force ? true : null };
            using var single = Lock(address);
            var record = await undo.ForgetAsync(productionSaidBy, force, confirm, token);
            run.Details = run.Details with { Kept = record.Kept };
            return record;
        });

    /// <summary>A part of a backup, or one of which something is missing, says nothing of the whole.</summary>
    private IEnumerable<MeasuredPhase> Measured(RestoreReport report)
    {
        if (report is not { Part: null, Outcome: not RestoreOutcome.Partly, Source.Database: { } database }) return [];
        (string Phase, TimeSpan? Took)[] took = [(RestorePhase.Restore, report.Times.Restoring), (RestorePhase.AfterRestore, report.Times.AfterRestore), (RestorePhase.SmokeTest, report.Times.SmokeTest)];
        return RestoreForecast.Measure(RestoreForecast.Dump, database, clock.GetUtcNow(), took.Where(one => one.Took is not null).Select(one => (one.Phase, one.Took!.Value.TotalSeconds)), _ => report.Source.Size);
    }

    private static string ServerOf(DatabaseAddress address) => address.Places[0].ToString();

    private FileLock Lock(DatabaseAddress address) =>
        FileLock.Acquire(Path.Combine(stateFolder, "locks", $"restore-{DumpName.FileSafe(address.Database)}"), $"the restore of \"{address.Database}\"", clock);
}
