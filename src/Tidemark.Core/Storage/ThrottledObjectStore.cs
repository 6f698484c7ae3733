namespace Tidemark.Storage;

/// <summary>Leaves room on the line: at most so many bytes a second up, and as many down, however many objects are on their way.</summary>
/// <remarks>A store that collects bytes into parts sends each part at full speed: the rate holds over the time of a few parts.</remarks>
internal sealed class ThrottledObjectStore(IObjectStore inner, long bytesPerSecond, TimeProvider clock) : IObjectStore
{
    private readonly Throttle up = new(bytesPerSecond, clock), down = new(bytesPerSecond, clock);

    public string Address => inner.Address;

    public StoreTraits Traits => inner.Traits;

    public Task<StoredObject?> FindAsync(string key, CancellationToken token) => inner.FindAsync(key, token);

    public IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, CancellationToken token) => inner.ListAsync(which, unseen, token);

    public async Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token) => new ThrottledStream(await inner.OpenAsync(key, offset, length, token), down);

    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
    {
        await up.PassAsync(bytes.Length, token);
        return await inner.PutAsync(key, bytes, mode, token);
    }

    public async Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => new ThrottledUpload(await inner.BeginUploadAsync(key, token), up);

    public Task<bool> MoveAsync(string from, string to, CancellationToken token) => inner.MoveAsync(from, to, token);

    public Task<bool> DeleteAsync(string key, CancellationToken token) => inner.DeleteAsync(key, token);

    public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => inner.SweepUploadsAsync(prefix, begunBefore, token);

    public Task SettleAsync(string key, CancellationToken token) => inner.SettleAsync(key, token);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private sealed class ThrottledStream(Stream inner, Throttle throttle) : ForwardStream(inner)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var got = await Inner.ReadAsync(buffer[..Math.Min(buffer.Length, throttle.Piece)], cancellationToken);
            await throttle.PassAsync(got, cancellationToken);
            return got;
        }
    }

    private sealed class ThrottledUpload(IObjectUpload inner, Throttle throttle) : IObjectUpload
    {
        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
        {
            while (bytes.Length > 0)
            {
                var piece = bytes[..Math.Min(bytes.Length, throttle.Piece)];
                await throttle.PassAsync(piece.Length, token);
                await inner.WriteAsync(piece, token);
                bytes = bytes[piece.Length..];
            }
        }

        public Task<bool> CompleteAsync(PutMode mode, CancellationToken token) => inner.CompleteAsync(mode, token);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
