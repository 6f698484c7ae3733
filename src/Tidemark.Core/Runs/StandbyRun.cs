using Tidemark.Drills;
using Tidemark.Drills.Evidence;
using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Restores;
using Tidemark.Standbys;

namespace Tidemark.Runs;

/// <summary>What people do with standbys: recorded.</summary>
internal sealed class StandbyRun(RunRecorder recorder)
{
    public Task<StandbyRecord> CreateAsync(StandbyCreateRunner creator, StandbyOptions options, IProgress<RestoreProgress> progress, Action<string> tell, CancellationToken token) =>
        RecordAsync(RunKind.StandbyCreate, options.Sides.Primary, options.Name, tell, (run, log, both) => creator.RunAsync(options, new PlacedProgress<RestoreProgress>(run, at => new RunPlace(at.Step, at.Unit == "bytes" ? at.Done : null), progress), log, both), token);

    public Task<StandbyDropped> DropAsync(StandbyDropRunner dropper, StandbyRecord record, StandbySides sides, bool keepDatabase, bool gone, CancellationToken token) =>
        RecordAsync(RunKind.StandbyDrop, sides.Primary, record.Id, _ => { }, async (run, log, both) =>
        {
            var dropped = await dropper.RunAsync(record, sides, keepDatabase, gone, both);
            foreach (var one in dropped.Removed) log($"removed: {one}");
            foreach (var one in dropped.Left) log($"left: {one}");
            run.Details = run.Details with { Outcome = dropped.Whole ? "ok" : "partly" };
            return dropped;
        }, token);

    /// <returns>The report, and where it lies; null: it could not be kept.</returns>
    public Task<(DrillReport Report, string? Path)> PromoteAsync(StandbyPromoteRunner promoter, PromoteOptions options, EvidenceFolder evidence, string stateFolder, TimeProvider clock, Action<string> tell, CancellationToken token) =>
        RecordAsync(RunKind.StandbyPromote, options.Sides.Primary, options.Record.Id, tell, async (run, log, both) =>
        {
            run.Details = run.Details with { Mode = options.Fence ? "fenced" : "open", Force = options.Force ? true : null };
            var report = await promoter.RunAsync(options, run.Id, log, both);
            return (report, Keep(report, evidence, stateFolder, clock, log));
        }, token);

    /// <returns>The report, and where it lies; null: it could not be kept.</returns>
    public Task<(DrillReport Report, string? Path)> RehearseAsync(StandbyRehearseRunner rehearser, PromoteOptions options, EvidenceFolder evidence, string stateFolder, TimeProvider clock, Action<string> tell, CancellationToken token) =>
        RecordAsync(RunKind.StandbyRehearse, options.Sides.Primary, options.Record.Id, tell, async (run, log, both) =>
        {
            var report = await rehearser.RunAsync(options, run.Id, log, both);
            return (report, Keep(report, evidence, stateFolder, clock, log));
        }, token);

    /// <summary>What is promoted is promoted, whether or not its report can be kept.</summary>
    private static string? Keep(DrillReport report, EvidenceFolder evidence, string stateFolder, TimeProvider clock, Action<string> log)
    {
        try
        {
            using var single = FileLock.Acquire(Path.Combine(stateFolder, "locks", "drill"), "a drill", clock);
            var path = new EvidenceWriter(stateFolder, evidence).Write(report);
            log($"report: {path}");
            return path;
        }
        catch (Fault unkept)
        {
            log($"warning: the report is kept nowhere but here: {unkept.InOneLine}");
            return null;
        }
    }

    private Task<T> RecordAsync<T>(RunKind kind, DatabaseAddress primary, string name, Action<string> tell, Func<RunContext, Action<string>, CancellationToken, Task<T>> work, CancellationToken token) =>
        recorder.RecordAsync(kind, primary.Database, async run =>
        {
            void Log(string line)
            {
                run.Log(line);
                tell(line);
            }

            run.Ending = token;
            run.Details = new RunDetails { Server = primary.Places[0].ToString(), Target = name };
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stop);
            return await work(run, Log, both.Token);
        });
}
