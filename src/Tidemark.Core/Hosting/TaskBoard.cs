using System.Collections.Concurrent;
using System.Text.Json;
using Tidemark.Journal;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>What the service was asked to do: each task waits in the journal for its turn, and is the run of the same id once it has begun.</summary>
internal sealed class TaskBoard(Workbench workbench) : IDisposable
{
    /// <summary>Waiting ones. A backup of a moment ago is worth more than a hundredth one in line.</summary>
    public const int Limit = 20;

    /// <summary>Many turns of the loop, also of one that waits half a minute for a journal that somebody else writes.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    private long looked = workbench.Clock.GetTimestamp();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly Lock ending = new();
    private readonly ConcurrentDictionary<string, TaskProgress> progress = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> running = new();

    /// <summary>On the disk when this returns: a service that is killed takes it up at its next start.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="once">The same request under the same key gives the same task; null: each is one of its own.</param>
    /// <exception cref="Fault">11 queue-full; 2 idempotency-key-reused; 8 or 15: the journal cannot be written.</exception>
    public RunRow Enqueue(TaskRequest request, string actor, RequestKey? once = null)
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
        var first = once is null ? (journal.TryQueue(row, Limit) ? (row.Id, "") : null) : journal.TryQueueOnce(row, Limit, once);
        if (first is not var (id, body))
            throw new Fault(FaultCode.QueueFull, "too much is waiting already") { Where = row.Database, Why = $"{Limit} tasks are queued", Next = "ask again when some of them have ended: tidemark runs list" };
        if (once is not null && id != row.Id) return Earlier(once, id, body);
        arrived.Release();
        return row;
    }

    /// <summary>What this key was used for before; null: nothing.</summary>
    /// <exception cref="Fault">2: it was another request; 4: its task is not in the history any more.</exception>
    public RunRow? Earlier(RequestKey once)
    {
        using var journal = RunJournal.Open(workbench.State);
        return journal.Earlier(once) is var (id, body) ? Earlier(once, id, body) : null;
    }

    private RunRow Earlier(RequestKey once, string id, string body) =>
        body != once.Body ? throw new Fault(FaultCode.KeyReused, "this Idempotency-Key was used for something else") { Where = once.Key, Why = $"it made task {id}", Next = "send another key for another request" }
            : Find(id) ?? throw new Fault(FaultCode.NotFound, "the task that this Idempotency-Key made is not in the history any more") { Where = id, Next = "send another key" };

    /// <summary>Null: no such run.</summary>
    public RunRow? Find(string id)
    {
        using var journal = JournalReader.Open(workbench.State);
        return journal?.Named(id, 1) is [var run] && run.Id == id ? run : null;
    }

    /// <summary>The name that the database has which the swap of this run took the place of; null: it swapped none, or that was undone or forgotten.</summary>
    public string? KeptBy(RunRow run) => run.Kind != RunKind.Restore.Name || run.State != RunState.Succeeded ? null : new SwapJournal(workbench.State).Standing().FirstOrDefault(swap => swap.Id == run.Id)?.Kept;

    /// <summary>Where a task of this process is; null when it is not running here.</summary>
    public TaskProgress? ProgressOf(string id) => progress.GetValueOrDefault(id);

    /// <summary>Asks a task to stop. False when it neither waits nor runs here.</summary>
    public bool Cancel(string id, string actor)
    {
        lock (ending)
            if (running.TryGetValue(id, out var source))
            {
                StopRequest.Write(workbench.State, id, actor);
                // What hears of it runs elsewhere, and not under this lock.
                _ = source.CancelAsync();
                return true;
            }
        if (Find(id) is not { State: RunState.Queued } waiting) return false;
        using var journal = RunJournal.Open(workbench.State);
        return journal.EndQueued(waiting with { State = RunState.Cancelled, FinishedAt = workbench.Clock.GetUtcNow(), ErrorCode = FaultCode.Stopped.Name, Error = $"{actor} asked for it to stop before it began" });
    }

    /// <summary>Whether somebody takes the tasks: one runs, or the last look for one was within <see cref="Silence"/>.</summary>
    public bool IsWorked => !running.IsEmpty || workbench.Clock.GetElapsedTime(Interlocked.Read(ref looked)) < Silence;

    /// <summary>Returns when a task has arrived since the last call, or after this long.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken token)
    {
        Interlocked.Exchange(ref looked, workbench.Clock.GetTimestamp());
        return arrived.WaitAsync(atMost, token);
    }

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
            End(id);
            progress.TryRemove(id, out _);
            Interlocked.Exchange(ref looked, workbench.Clock.GetTimestamp());
        }
    }

    public void Dispose() => arrived.Dispose();

    /// <summary>From here on nobody can ask it to stop: a request would outlive it. One that cannot be removed is of a run that has ended.</summary>
    private void End(string id)
    {
        lock (ending)
        {
            running.TryRemove(id, out _);
            try
            {
                StopRequest.Remove(workbench.State, id);
            }
            catch (Exception kept) when (kept is Fault or IOException or UnauthorizedAccessException)
            {
                // The next tidying removes it.
            }
        }
    }

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
