using Tidemark.Storage;

namespace Tidemark.Tests.BaseBackups.Sweeping;

/// <summary>Several actors on one store, each stopped before every request until it has its turn: whatever order hosts can come in, a seed can make.</summary>
internal sealed class Turns : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<TaskCompletionSource> waiting = [];
    private readonly SemaphoreSlim settled = new(0);

    /// <summary>Since the last look something was removed, or a manifest written: nothing else can lose anything.</summary>
    public bool MayHaveLost { get; set; }

    /// <summary>The store as one of them sees it.</summary>
    public IObjectStore Of(IObjectStore store) => new Seen(store, this);

    /// <summary>Until all have ended.</summary>
    /// <param name="actors">Start them; each ends by itself.</param>
    /// <param name="choose">Of so many that wait, whose turn it is.</param>
    /// <param name="after">After each request, and after each end.</param>
    public async Task RunAsync(IReadOnlyList<Func<Task>> actors, Func<int, int> choose, Func<Task> after)
    {
        var tasks = actors.Select(actor => Task.Run(async () =>
        {
            try
            {
                await actor();
            }
            finally
            {
                settled.Release();
            }
        })).ToList();
        foreach (var _ in tasks) await settled.WaitAsync();
        while (true)
        {
            TaskCompletionSource? next = null;
            lock (gate)
                if (waiting.Count > 0)
                {
                    next = waiting[choose(waiting.Count)];
                    waiting.Remove(next);
                }
            if (next is null) break;
            next.SetResult();
            await settled.WaitAsync();
            await after();
        }
        await Task.WhenAll(tasks);
    }

    public void Dispose() => settled.Dispose();

    private Task TurnAsync()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) waiting.Add(mine);
        settled.Release();
        return mine.Task;
    }

    private sealed class Seen(IObjectStore inner, Turns turns) : IObjectStore
    {
        public string Address => inner.Address;

        public StoreTraits Traits => inner.Traits;

        public async Task<StoredObject?> FindAsync(string key, CancellationToken token)
        {
            await turns.TurnAsync();
            return await inner.FindAsync(key, token);
        }

        public async IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            await turns.TurnAsync();
            foreach (var stored in await inner.ListAsync(which, unseen, token).ToListAsync(token)) yield return stored;
        }

        public async Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token)
        {
            await turns.TurnAsync();
            return await inner.OpenAsync(key, offset, length, token);
        }

        public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
        {
            await turns.TurnAsync();
            turns.MayHaveLost |= key.EndsWith("/manifest", StringComparison.Ordinal);
            return await inner.PutAsync(key, bytes, mode, token);
        }

        public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => throw new NotSupportedException();

        public Task<bool> MoveAsync(string from, string to, CancellationToken token) => throw new NotSupportedException();

        public async Task<bool> DeleteAsync(string key, CancellationToken token)
        {
            await turns.TurnAsync();
            turns.MayHaveLost = true;
            return await inner.DeleteAsync(key, token);
        }

        public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => inner.SweepUploadsAsync(prefix, begunBefore, token);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
