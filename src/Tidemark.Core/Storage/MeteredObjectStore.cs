using System.Runtime.CompilerServices;

namespace Tidemark.Storage;

/// <summary>Counts what is asked of a store, each try by itself, and the bytes that go there and come back.</summary>
internal sealed class MeteredObjectStore(IObjectStore inner, StoreMeter meter) : IObjectStore
{
    public string Address => inner.Address;

    public StoreTraits Traits => inner.Traits;

    public Task<StoredObject?> FindAsync(string key, CancellationToken token) => CountedAsync("find", () => inner.FindAsync(key, token));

    public async IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, [EnumeratorCancellation] CancellationToken token)
    {
        // Who stops reading a listing early has not met a failure.
        var failed = false;
        await using var listed = inner.ListAsync(which, unseen, token).GetAsyncEnumerator(token);
        try
        {
            while (await NextAsync()) yield return listed.Current;
        }
        finally
        {
            meter.Count("list", failed);
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await listed.MoveNextAsync();
            }
            catch
            {
                failed = true;
                throw;
            }
        }
    }

    public async Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token) => new MeteredStream(await CountedAsync("open", () => inner.OpenAsync(key, offset, length, token)), meter);

    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
    {
        var done = await CountedAsync("put", () => inner.PutAsync(key, bytes, mode, token));
        meter.Up(bytes.Length);
        return done;
    }

    public async Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => new MeteredUpload(await CountedAsync("begin", () => inner.BeginUploadAsync(key, token)), meter);

    public Task<bool> MoveAsync(string from, string to, CancellationToken token) => CountedAsync("move", () => inner.MoveAsync(from, to, token));

    public Task<bool> DeleteAsync(string key, CancellationToken token) => CountedAsync("delete", () => inner.DeleteAsync(key, token));

    public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => CountedAsync("sweep", () => inner.SweepUploadsAsync(prefix, begunBefore, token));

    public Task SettleAsync(string key, CancellationToken token) => inner.SettleAsync(key, token);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<T> CountedAsync<T>(string operation, Func<Task<T>> ask)
    {
        var failed = true;
        try
        {
            var answer = await ask();
            failed = false;
            return answer;
        }
        finally
        {
            meter.Count(operation, failed);
        }
    }

    private sealed class MeteredStream(Stream inner, StoreMeter meter) : ForwardStream(inner)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var got = await Inner.ReadAsync(buffer, cancellationToken);
            meter.Down(got);
            return got;
        }
    }

    /// <summary>Counted once, at its end: one that was given up before is a failure.</summary>
    private sealed class MeteredUpload(IObjectUpload inner, StoreMeter meter) : IObjectUpload
    {
        private bool complete;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
        {
            await inner.WriteAsync(bytes, token);
            meter.Up(bytes.Length);
        }

        public async Task<bool> CompleteAsync(PutMode mode, CancellationToken token)
        {
            var done = await inner.CompleteAsync(mode, token);
            complete = true;
            return done;
        }

        public ValueTask DisposeAsync()
        {
            meter.Count("upload", failed: !complete);
            return inner.DisposeAsync();
        }
    }
}
