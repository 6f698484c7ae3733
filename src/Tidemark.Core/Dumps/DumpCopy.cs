using Tidemark.Storage;

namespace Tidemark.Dumps;

/// <summary>One dump on its way into one of the stores.</summary>
/// <param name="store">Which.</param>
/// <param name="key">That its bytes are uploaded under.</param>
/// <param name="pending">Is told when a part of it may stay there.</param>
/// <param name="away">What the store said when it was asked before; null: it answered.</param>
internal sealed class DumpCopy(DumpStore store, string key, PendingDump pending, Fault? away) : IAsyncDisposable
{
    private IObjectUpload? upload;
    private bool begun;

    public DumpStore Store => store;

    /// <summary>What this store said; the dump is not in it then.</summary>
    public Fault? Fault { get; private set; } = away;

    /// <summary>With the name that was free in this store, once it is there.</summary>
    public DumpManifest? Manifest { get; private set; }

    /// <summary>Something may lie in this store that belongs to no backup yet.</summary>
    public bool IsUnfinished => begun && Manifest is null;

    public Task BeginAsync(CancellationToken token) => TryAsync(async () =>
    {
        upload = await store.Objects.BeginUploadAsync(key, token);
        begun = true;
    });

    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token) => TryAsync(async () => await upload!.WriteAsync(bytes, token));

    public Task CompleteAsync(CancellationToken token) => TryAsync(async () =>
    {
        if (!await upload!.CompleteAsync(PutMode.IfAbsent, token)) throw Taken();
        Manifest = await pending.FinishAsync(store, token) ?? throw new Fault(FaultCode.Store, "a dump that was stored just now is not there") { Where = store.PathOf(key), Next = "tidemark store check: does this store keep what it promises?" };
    });

    public async ValueTask DisposeAsync()
    {
        var ended = upload;
        upload = null;
        if (ended is not null) await ended.DisposeAsync();
    }

    /// <summary>Nothing more is done in a store that has failed.</summary>
    private async Task TryAsync(Func<Task> work)
    {
        if (Fault is not null) return;
        try
        {
            await work();
        }
        catch (Fault fault)
        {
            Fault = fault;
            if (begun && fault.Code == FaultCode.Store) pending.MayBeLeft();
            // At once: the parts that were sent cost room, and the rest of the dump may take hours.
            await DisposeAsync();
        }
    }

    private Fault Taken() => new(FaultCode.Refused, "another backup took this name meanwhile") { Where = store.PathOf(key), Left = "nothing was overwritten", Next = "tidemark backup" };
}
