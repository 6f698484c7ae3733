using System.Text.Json;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal;

/// <summary>Up to which moment each store holds every commit: the notes of a cluster's lives, and one small object of the last. Nothing is listed or written.</summary>
internal static class WalReachReader
{
    private const int Largest = 64 * 1024;

    /// <summary>The stores side by side, in their order; one that cannot be read hides no other.</summary>
    public static async Task<IReadOnlyList<StoreReach>> ReadEachAsync(IReadOnlyList<IObjectStore> stores, CancellationToken token) =>
        // On threads of their own: a folder that hangs blocks the one that looks.
        await Task.WhenAll(stores.Select(store => Task.Run(() => ReadAsync(store, token), token)));

    private static async Task<StoreReach> ReadAsync(IObjectStore store, CancellationToken token)
    {
        IncarnationFolder? latest = null;
        try
        {
            latest = await new Incarnations(store, IncarnationFolder.DefaultCluster).ListAsync(token) is [.., var last] ? last : null;
            return new StoreReach(store.Address, latest, latest is null ? null : await FindAsync(store, WalReachNote.KeyIn(latest), token), null);
        }
        catch (Fault unreadable)
        {
            return new StoreReach(store.Address, latest, null, unreadable.InOneLine);
        }
    }

    /// <summary>Null: WAL that was only ever archived has none.</summary>
    /// <exception cref="Fault">10: it cannot be read. 8: the store.</exception>
    public static async Task<WalReach?> FindAsync(IObjectStore store, string key, CancellationToken token)
    {
        try
        {
            var bytes = await WholeObject.ReadAsync(store, key, Largest, token) ?? throw StoreFault.TooLarge(store, key, Largest);
            return JsonSerializer.Deserialize(bytes, WalJson.Default.WalReachNote)?.Reach ?? throw Unreadable(store, key, "it says no timeline and no place in it");
        }
        catch (Fault none) when (none.Code == FaultCode.NotFound)
        {
            return null;
        }
        catch (JsonException broken)
        {
            throw Unreadable(store, key, broken.Message, broken);
        }
    }

    private static Fault Unreadable(IObjectStore store, string key, string why, Exception? inner = null) =>
        new(FaultCode.Verification, "the note of up to when every commit is there cannot be read", inner) { Where = $"{key} in {store.Address}", Why = why, Next = "tidemark wal status" };
}
