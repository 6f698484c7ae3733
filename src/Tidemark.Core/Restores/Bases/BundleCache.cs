using Tidemark.BaseBackups.Maps;
using Tidemark.Repositories.Packs;

namespace Tidemark.Restores.Bases;

/// <summary>The bundles that were unpacked last: small files follow each other in them. May be used by many threads.</summary>
internal sealed class BundleCache(PackShelf shelf, CancellationToken token)
{
    /// <summary>Of 256 KiB each.</summary>
    private const int Kept = 32;

    private readonly Lock turn = new();
    private readonly Dictionary<(string Pack, int Frame), Task<byte[]>> bundles = [];
    private readonly Queue<(string Pack, int Frame)> order = [];

    public Task<byte[]> ReadAsync(BundlePlace place)
    {
        var key = (place.Pack.Pack.Id, place.Frame);
        lock (turn)
        {
            if (bundles.TryGetValue(key, out var there)) return there;
            if (order.Count == Kept) bundles.Remove(order.Dequeue());
            order.Enqueue(key);
            return bundles[key] = Task.Run(async () => await (await shelf.OpenAsync(place.Pack.Pack, token)).ReadAsync(place.Frame, token), token);
        }
    }
}
