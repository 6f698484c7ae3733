using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Tidemark.Storage.Memory;

/// <summary>Objects in memory, for tests: everything that a store promises, but to survive.</summary>
internal sealed class MemoryObjectStore(TimeProvider clock) : IObjectStore
{
    private readonly ConcurrentDictionary<string, (byte[] Bytes, DateTimeOffset Written)> objects = new(StringComparer.Ordinal);

    public string Address => "memory:";

    public StoreTraits Traits { get; } = new(ConditionalPut: true, ConditionalMove: true, ObjectLock: false);

    public Task<StoredObject?> FindAsync(string key, CancellationToken token) =>
        Task.FromResult(objects.TryGetValue(StoreFault.Checked(this, key), out var found) ? new StoredObject(key, found.Bytes.Length, found.Written) : null);

    public async IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, [EnumeratorCancellation] CancellationToken token)
    {
        await Task.CompletedTask;
        foreach (var (key, found) in objects.Where(entry => which.Holds(entry.Key)))
            yield return new StoredObject(key, found.Bytes.Length, found.Written);
    }

    public Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token)
    {
        if (!objects.TryGetValue(StoreFault.Checked(this, key), out var found)) throw StoreFault.NoSuchObject(this, key);
        var start = (int)Math.Min(offset, found.Bytes.Length);
        return Task.FromResult<Stream>(new MemoryStream(found.Bytes, start, (int)Math.Min(length ?? long.MaxValue, found.Bytes.Length - start), writable: false));
    }

    public Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
    {
        var entry = (bytes.ToArray(), clock.GetUtcNow());
        if (mode == PutMode.IfAbsent) return Task.FromResult(objects.TryAdd(StoreFault.Checked(this, key), entry));
        objects[StoreFault.Checked(this, key)] = entry;
        return Task.FromResult(true);
    }

    public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => Task.FromResult<IObjectUpload>(new MemoryUpload(this, StoreFault.Checked(this, key)));

    public Task<bool> MoveAsync(string from, string to, CancellationToken token)
    {
        if (!objects.TryGetValue(StoreFault.Checked(this, from), out var found)) throw StoreFault.NoSuchObject(this, from);
        return Task.FromResult(objects.TryAdd(StoreFault.Checked(this, to), found) && objects.TryRemove(from, out _));
    }

    public Task<bool> DeleteAsync(string key, CancellationToken token) => Task.FromResult(objects.TryRemove(StoreFault.Checked(this, key), out _));

    public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => Task.FromResult(0);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class MemoryUpload(MemoryObjectStore store, string key) : IObjectUpload
    {
        private readonly MemoryStream bytes = new();

        public ValueTask WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken token)
        {
            bytes.Write(piece.Span);
            return ValueTask.CompletedTask;
        }

        public Task<bool> CompleteAsync(PutMode mode, CancellationToken token) => store.PutAsync(key, bytes.ToArray(), mode, token);

        public ValueTask DisposeAsync()
        {
            bytes.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
