namespace Tidemark.Wal.Receiving;

/// <summary>Holds the reading up while the spool is over its limit: what is not read stays with the server.</summary>
/// <param name="bytes">That the spool takes.</param>
/// <param name="limit">Bytes.</param>
/// <param name="state">Told why nothing is read, while it is full.</param>
/// <param name="remark">Told that it is full, and that it is half empty again.</param>
internal sealed class SpoolRoom(Func<long> bytes, long limit, ReceiverState state, Action<string> remark)
{
    private TaskCompletionSource? full;
    private bool told;
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
            if (bytes() < limit) return;
            full ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            state.HeldUp($"the spool is full ({limit >> 20} MiB, BACKUP_WAL_SPOOL_LIMIT)");
            // At its limit it would be told with each segment.
            if (!told) remark($"the spool is full ({limit >> 20} MiB, BACKUP_WAL_SPOOL_LIMIT): nothing more is received, and the server keeps it, until the stores have taken some of it");
            told = true;
        }
    }

    /// <summary>A file was removed.</summary>
    public void Shrunk()
    {
        lock (gate)
        {
            var taken = bytes();
            if (told && taken <= limit / 2)
            {
                remark("the spool has room again");
                told = false;
            }
            if (full is null || taken >= limit) return;
            state.HeldUp(null);
            full.SetResult();
            full = null;
        }
    }
}
