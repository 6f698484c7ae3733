namespace Tidemark.Storage;

/// <summary>Asks a store again after failures that may pass. What was done with only its answer lost is recognised as done.</summary>
/// <remarks>The parts of an upload are tried again by the store itself, which alone can send one part anew; the page of a listing too.</remarks>
internal sealed class RetryingObjectStore(IObjectStore inner, Retry retry) : IObjectStore
{
    public string Address => inner.Address;

    public StoreTraits Traits => inner.Traits;

    public Task<StoredObject?> FindAsync(string key, CancellationToken token) => retry.RunAsync(_ => inner.FindAsync(key, token), token);

    public IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, CancellationToken token) => inner.ListAsync(which, unseen, token);

    public async Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token)
    {
        Task<Stream> Open(long from, long? wanted, CancellationToken stop) => retry.RunAsync(_ => inner.OpenAsync(key, from, wanted, stop), stop);
        return new ResumingStream(await Open(offset, length, token), offset, length, Open, retry);
    }

    public Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token) => retry.RunAsync(async again =>
        await inner.PutAsync(key, bytes, mode, token) || (again && await HoldsAsync(key, bytes, token)), token);

    public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => retry.RunAsync(_ => inner.BeginUploadAsync(key, token), token);

    public Task<bool> MoveAsync(string from, string to, CancellationToken token) => retry.RunAsync(async again => again && await inner.FindAsync(to, token) is { } there
        ? await FinishMoveAsync(from, there, token)
        : await inner.MoveAsync(from, to, token), token);

    /// <remarks>Gone at a second try: the first one may have removed it, and the caller wanted it gone.</remarks>
    public Task<bool> DeleteAsync(string key, CancellationToken token) => retry.RunAsync(async again => await inner.DeleteAsync(key, token) || again, token);

    public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => retry.RunAsync(_ => inner.SweepUploadsAsync(prefix, begunBefore, token), token);

    public Task SettleAsync(string key, CancellationToken token) => retry.RunAsync(async _ =>
    {
        await inner.SettleAsync(key, token);
        return true;
    }, token);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>The first try may have copied and not deleted. Only an object that is the same byte by byte is taken for that copy: the other one is about to be removed.</summary>
    private async Task<bool> FinishMoveAsync(string from, StoredObject there, CancellationToken token)
    {
        if (await inner.FindAsync(from, token) is not { } old) return true;
        if (old.Size != there.Size) return false;
        await using (var copy = await OpenAsync(there.Key, 0, null, token))
        await using (var original = await OpenAsync(from, 0, null, token))
            if (!await SameBytes.AreInAsync(copy, original, token)) return false;
        // Gone already: it was to go.
        await DeleteAsync(from, token);
        return true;
    }

    private async Task<bool> HoldsAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        if ((await inner.FindAsync(key, token))?.Size != bytes.Length) return false;
        await using var there = await OpenAsync(key, 0, null, token);
        using var ours = new MemoryStream(bytes.ToArray(), writable: false);
        return await SameBytes.AreInAsync(there, ours, token);
    }
}
