using Tidemark.Repositories.Packs;
using Tidemark.Storage;

namespace Tidemark.BaseBackups;

/// <summary>Whether packs that a backup uses again are still there: only a listing says it, and it is read as a stream.</summary>
internal static class PackPresence
{
    /// <param name="packs">Where they lie.</param>
    /// <param name="wanted">Id and stored bytes.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The id of one that is not there, or not whole; null: all are.</returns>
    /// <exception cref="Fault">8: the store, also where a part could not be looked at.</exception>
    public static async Task<string?> MissingAsync(PackPlace packs, IEnumerable<KeyValuePair<string, long>> wanted, CancellationToken token)
    {
        var missing = new Dictionary<string, long>(wanted, StringComparer.Ordinal);
        if (missing.Count == 0) return null;
        var unseen = new List<string>();
        await foreach (var stored in packs.Store.ListObjectsAsync(packs.Folder.All, unseen.Add, token))
            if (packs.Folder.IdOf(stored.Key) is { } id && missing.TryGetValue(id, out var size) && size == stored.Size) missing.Remove(id);
        if (missing.Count > 0 && unseen.Count > 0) throw StoreFault.Unseen(packs.Store, packs.Folder.All, unseen);
        return missing.Keys.FirstOrDefault();
    }
}
