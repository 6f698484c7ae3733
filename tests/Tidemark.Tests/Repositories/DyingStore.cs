using Tidemark.Storage;

namespace Tidemark.Tests.Repositories;

/// <summary>A store whose writer is killed after so many writes.</summary>
internal sealed class DyingStore(IObjectStore store, int writes) : IObjectStore
{
    private int left = writes;

    /// <summary>What somebody else puts under the same key at once; null: nothing.</summary>
    public Func<string, byte[]?>? AfterPut { get; init; }

    public string Address => store.Address;

    public StoreTraits Traits => store.Traits;

    public Task<StoredObject?> FindAsync(string key, CancellationToken token) => store.FindAsync(key, token);

    public IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, CancellationToken token) => store.ListAsync(which, unseen, token);

    public Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token) => store.OpenAsync(key, offset, length, token);

    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
    {
        if (left-- == 0) throw new OperationCanceledException("killed");
        var put = await store.PutAsync(key, bytes, mode, token);
        if (AfterPut?.Invoke(key) is { } other) await store.PutAsync(key, other, PutMode.Replace, token);
        return put;
    }

    public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => store.BeginUploadAsync(key, token);

    public Task<bool> MoveAsync(string from, string to, CancellationToken token) => store.MoveAsync(from, to, token);

    public Task<bool> DeleteAsync(string key, CancellationToken token) => store.DeleteAsync(key, token);

    public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => store.SweepUploadsAsync(prefix, begunBefore, token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
