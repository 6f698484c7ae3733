namespace Tidemark.Wal.Receiving;

/// <summary>Holds the reading up while the spool is over its limit: what is not read stays with the server.</summary>
/// <param name="bytes">That the spool takes.</param>
/// <param name="limit">Bytes.</param>
internal sealed class SpoolRoom(Func<long> bytes, long limit)
{
    private TaskCompletionSource? full;
    private readonly Lock gate = new();

    public bool IsFull
    {
        get
        {
            lock (gate) return full is not null;
        }
    }

    /// <summary>Comes back at once while there is room.</summary>
    public Task WaitAsync(CancellationToken token)
    {
        Task? waiting;
        lock (gate) waiting = full?.Task;
        return waiting?.WaitAsync(token) ?? Task.CompletedTask;
    }

    /// <summary>A file was finished.</summary>
    public void Grown()
    {
        lock (gate)
        {
            if (bytes() >= limit) full ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>A file was removed.</summary>
    public void Shrunk()
    {
        lock (gate)
        {
            if (full is null || bytes() >= limit) return;
            full.SetResult();
            full = null;
        }
    }
}
