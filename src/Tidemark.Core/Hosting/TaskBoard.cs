using System.Collections.Concurrent;
using System.Text.Json;
using Tidemark.Journal;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>What the service was asked to do: each task waits in the journal for its turn, and is the run of the same id once it has begun.</summary>
internal sealed class TaskBoard(Workbench workbench) : IDisposable
{
    /// <summary>Waiting ones. A backup of a moment ago is worth more than a hundredth one in line.</summary>
    public const int Limit = 20;

    private readonly SemaphoreSlim arrived = new(0);
    private readonly ConcurrentDictionary<string, TaskProgress> progress = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> running = new();

    /// <summary>On the disk when this returns: a service that is killed takes it up at its next start.</summary>
    /// <exception cref="Fault">11 queue-full; 8 or 15: the journal cannot be written.</exception>
    public RunRow Enqueue(TaskRequest request, string actor)
    {
        var (now, kind) = (workbench.Clock.GetUtcNow(), RunKind.Named(request.Kind) ?? throw new ArgumentException($"there is no run {request.Kind}", nameof(request)));
        var row = new RunRow
        {
            Id = RunRecorder.NewId(kind, now),
            Kind = kind.Name,
            Database = request.Database ?? workbench.Database.Database,
            Actor = actor,
            StartedAt = now,
            QueuedAt = now,
            State = RunState.Queued,
            Request = JsonSerializer.Serialize(request, TaskJson.Default.TaskRequest),
            Schedule = request.Schedule,
            DueAt = request.DueAt,
        };
        using var journal = RunJournal.Open(workbench.State);
        if (!journal.TryQueue(row, Limit))
            throw new Fault(FaultCode.QueueFull, "too much is waiting already") { Where = row.Database, Why = $"{Limit} tasks are queued", Next = "ask again when some of them have ended: tidemark runs list" };
        arrived.Release();
        return row;
    }

    /// <summary>Null: no such run.</summary>
    public RunRow? Find(string id)
    {
        using var journal = JournalReader.Open(workbench.State);
        return journal?.Named(id, 1) is [var run] && run.Id == id ? run : null;
    }

    /// <summary>Where a task of this process is; null when it is not running here.</summary>
    public TaskProgress? ProgressOf(string id) => progress.GetValueOrDefault(id);

    /// <summary>Asks a task to stop. False when it neither waits nor runs here.</summary>
    public bool Cancel(string id, string actor)
    {
        if (running.TryGetValue(id, out var source))
        {
            StopRequest.Write(workbench.State, id, actor);
            source.Cancel();
            return true;
        }
        if (Find(id) is not { State: RunState.Queued } waiting) return false;
        using var journal = RunJournal.Open(workbench.State);
        return journal.EndQueued(waiting with { State = RunState.Cancelled, FinishedAt = workbench.Clock.GetUtcNow(), ErrorCode = FaultCode.Stopped.Name, Error = $"{actor} asked for it to stop before it began" });
    }

    /// <summary>Returns when a task has arrived since the last call, or after this long.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken token) => arrived.WaitAsync(atMost, token);

    /// <summary>Runs a task under a token of its own, and knows where it is while it runs.</summary>
    public async Task RunAsync(string id, Func<IProgress<TaskProgress>, CancellationToken, Task> work, CancellationToken token)
    {
        using var own = CancellationTokenSource.CreateLinkedTokenSource(token);
        running[id] = own;
        progress[id] = new TaskProgress("starting", null, null);
        try
        {
            await work(new Told(progress, id), own.Token);
        }
        finally
        {
            running.TryRemove(id, out _);
            StopRequest.Remove(workbench.State, id);
            progress.TryRemove(id, out _);
        }
    }

    public void Dispose() => arrived.Dispose();

    private sealed class Told(ConcurrentDictionary<string, TaskProgress> progress, string id) : IProgress<TaskProgress>
    {
        public void Report(TaskProgress value) => progress[id] = value;
    }
}

/// <summary>How far a task is.</summary>
/// <param name="Phase">In a word or two.</param>
/// <param name="Bytes">Done so far; null: not told in bytes.</param>
/// <param name="Fraction">0 to 1; null: not known.</param>
internal sealed record TaskProgress(string Phase, long? Bytes, double? Fraction);
