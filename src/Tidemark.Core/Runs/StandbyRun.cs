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
