using System.Collections.Concurrent;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal;

/// <summary>A store that WAL is written to; its notes of lives are read once.</summary>
internal sealed class PushTarget(IObjectStore store, WalEncoding encoding)
{
    private readonly ConcurrentDictionary<ulong, Lazy<Task<IncarnationFolder>>> folders = new();

    public string Address => store.Address;

    /// <summary>For writing: a life that the store does not know yet begins.</summary>
    public async Task<WalArchive> OpenAsync(ulong systemIdentifier, CancellationToken token)
    {
        var folder = folders.GetOrAdd(systemIdentifier, identifier => new Lazy<Task<IncarnationFolder>>(() => new Incarnations(store, IncarnationFolder.DefaultCluster).EnsureAsync(identifier, token)));
        return new WalArchive(store, new WalKeys(await folder.Value), encoding);
    }
}
