using Tidemark.Files;
using Tidemark.Journal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

public sealed class TaskEventsTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task A_run_of_another_process_is_followed_from_event_to_event_until_it_has_ended()
    {
        await using var service = await LiveService.StartAsync(folder);
        var run = new RunRow { Id = "20261123020000-verify-aaaaaa", Kind = "verify", Database = "shop", Actor = "ann@db1", StartedAt = DateTimeOffset.UnixEpoch, State = RunState.Running, Phase = "reading", Bytes = 1 };
        // A service that begins takes a run for ended whose process is not alive.
        PrivateFolder.Ensure(Path.Combine(folder.Path, ".tidemark", "alive"));
        using var alive = FileLock.Acquire(Path.Combine(folder.Path, ".tidemark", "alive", run.Id), "this run", TimeProvider.System);
        Write(run);
        using var answer = await service.SendAsync("GET", $"/admin/tasks/{run.Id}/events");
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var events = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Contains("\"phase\":\"reading\",\"bytes\":1", await NextAsync(events), StringComparison.Ordinal);
        Write(run with { Bytes = 2 });
        Assert.Contains("\"phase\":\"reading\",\"bytes\":2", await NextAsync(events), StringComparison.Ordinal);
        Write(run with { State = RunState.Failed, FinishedAt = DateTimeOffset.UnixEpoch.AddMinutes(1), ErrorCode = "verification-failed", Error = "it is damaged" });
        Assert.Contains("\"state\":\"failed\"", await NextAsync(events), StringComparison.Ordinal);
        Assert.Null(await events.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_task_that_has_ended_cannot_be_cancelled()
    {
        await using var service = await LiveService.StartAsync(folder);
        Write(new RunRow { Id = "done", Kind = "backup", Database = "shop", Actor = "ann", StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = DateTimeOffset.UnixEpoch, State = RunState.Succeeded });
        using var refused = await service.SendAsync("POST", "/admin/tasks/done/cancel");
        Assert.Equal((409, "refused"), await LiveService.ProblemOf(refused));
    }

    private void Write(RunRow run)
    {
        using var journal = RunJournal.Open(Path.Combine(folder.Path, ".tidemark"));
        journal.Write(run, noticed: false);
    }

    private static async Task<string> NextAsync(StreamReader events)
    {
        Assert.Equal("event: task", await events.ReadLineAsync(TestContext.Current.CancellationToken));
        var data = await events.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await events.ReadLineAsync(TestContext.Current.CancellationToken));
        return data!;
    }

    public void Dispose() => folder.Dispose();
}
