namespace Tidemark.Repositories.Packs;

/// <summary>Keeps the packs at hand that were opened last: their indexes, and the keys of their encryption. May be used by many threads.</summary>
/// <param name="place">Where they lie.</param>
/// <param name="keys">Open them.</param>
/// <param name="kept">How many; each takes about 200 KiB.</param>
internal sealed class PackShelf(PackPlace place, RepositoryKeys keys, int kept = 32) : IDisposable
{
    private readonly FrameDecoder decoder = new();
    private readonly Lock turn = new();
    private readonly LinkedList<(string Id, Task<PackReader> Reader)> recent = [];

    /// <exception cref="Fault">10: it is damaged or gone. 9: nothing configured opens it. 8: the store.</exception>
    public async Task<PackReader> OpenAsync(SealedPack pack, CancellationToken token)
    {
        Task<PackReader> reader;
        lock (turn)
        {
            var node = recent.First;
            while (node is not null && node.Value.Id != pack.Id) node = node.Next;
            if (node is not null) recent.Remove(node);
            // Others may wait for it too, so nobody's token ends it; and a failure is not kept.
            reader = node is { Value.Reader: { IsFaulted: false, IsCanceled: false } } ? node.Value.Reader : PackReader.OpenAsync(place, pack, keys, decoder, CancellationToken.None);
            recent.AddFirst((pack.Id, reader));
            if (recent.Count > kept) recent.RemoveLast();
        }
        return await reader.WaitAsync(token);
    }

    public void Dispose() => decoder.Dispose();
}
