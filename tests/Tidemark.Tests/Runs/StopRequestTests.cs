using Tidemark.Journal;
using Tidemark.Processes;
using Tidemark.Runs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Runs;

public sealed class StopRequestTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task Who_is_asked_stops_and_says_who_asked_and_what_is_left()
    {
        var fault = await Assert.ThrowsAsync<Fault>(() => Recorder.RecordAsync<int>(RunKind.Backup, "shop", async run =>
        {
            run.At("dumping", 12345);
            StopRequest.Write(folder.Path, run.Id, "ann@db1");
            await Task.Delay(Timeout.Infinite, run.Stop);
            return 0;
        }));
        Assert.Equal((FaultCode.Stopped, "ann@db1 asked for it to stop"), (fault.Code, fault.What));
        Assert.StartsWith("what was not finished has been removed", fault.Left, StringComparison.Ordinal);
        var run = Run();
        Assert.Equal(("cancelled", "stopped", "dumping", 12345L), (run.State, run.ErrorCode, run.Phase, run.Bytes));
        Assert.Empty(Directory.GetFiles(folder["alive"]));
    }

    [Fact]
    public async Task The_end_of_the_process_itself_is_another_thing()
    {
        using var ended = new CancellationTokenSource();
        await ended.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => Recorder.RecordAsync<int>(RunKind.Backup, "shop", async _ =>
        {
            await Task.Delay(Timeout.Infinite, ended.Token);
            return 0;
        }));
        Assert.Equal(("cancelled", "interrupted"), (Run().State, Run().ErrorCode));
    }

    [Fact]
    public async Task What_fails_for_another_reason_after_it_was_asked_keeps_its_own_failure_and_what_succeeds_has_succeeded()
    {
        await Assert.ThrowsAsync<Fault>(() => Recorder.RecordAsync<int>(RunKind.Restore, "shop", run =>
        {
            StopRequest.Write(folder.Path, run.Id, "ann@db1");
            throw new Fault(FaultCode.TargetChanged, "it went half-way");
        }));
        Assert.Equal(("failed", "target-changed"), (Run().State, Run().ErrorCode));
        Assert.Equal(7, await Recorder.RecordAsync(RunKind.Verify, "shop", run =>
        {
            run.At("reading 1 of 1", 99);
            StopRequest.Write(folder.Path, run.Id, "ann@db1");
            return Task.FromResult(7);
        }));
        Assert.Equal(("succeeded", null, 99L), (Run().State, Run().Phase, Run().Bytes));
    }

    [Fact]
    public void What_a_killed_run_left_of_a_request_goes_when_it_is_marked()
    {
        using (var journal = RunJournal.Open(folder.Path))
            journal.Write(new RunRow { Id = "killed", Kind = "backup", Database = "shop", Actor = "me@here", StartedAt = DateTimeOffset.UnixEpoch, State = RunState.Running }, noticed: false);
        StopRequest.Write(folder.Path, "killed", "ann@db1");
        Assert.Single(Recorder.MarkInterrupted(_ => false));
        Assert.Null(StopRequest.Read(folder.Path, "killed"));
    }

    public void Dispose() => folder.Dispose();

    private RunRecorder Recorder => new(folder.Path, "me@here", TimeProvider.System, new SecretMask([]), _ => { });

    /// <summary>The latest.</summary>
    private RunRow Run()
    {
        using var journal = JournalReader.Open(folder.Path)!;
        return journal.Runs(new RunFilter(null, null, null, 1))[0];
    }
}
