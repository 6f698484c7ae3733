using System.Collections.Concurrent;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal;

/// <summary>A store that WAL is written to; its notes of lives are read once.</summary>
/// <param name="store">Which.</param>
/// <param name="encoding">How WAL is stored there.</param>
/// <param name="seen">Null: a store that shows nothing of the cluster is taken for a new one, whatever it showed before.</param>
internal sealed class PushTarget(IObjectStore store, WalEncoding encoding, SeenStores? seen = null)
{
    private readonly ConcurrentDictionary<ulong, Lazy<Task<IncarnationFolder>>> folders = new();

    public string Address => store.Address;

    /// <summary>For writing: a life that the store does not know yet begins.</summary>
    /// <exception cref="Fault">8: also where the store knew it before, and does not now.</exception>
    public async Task<WalArchive> OpenAsync(ulong systemIdentifier, CancellationToken token)
    {
        var folder = folders.GetOrAdd(systemIdentifier, identifier => new Lazy<Task<IncarnationFolder>>(() => FolderAsync(identifier, token)));
        return new WalArchive(store, new WalKeys(await folder.Value), encoding);
    }

    private async Task<IncarnationFolder> FolderAsync(ulong systemIdentifier, CancellationToken token)
    {
        var lives = new Incarnations(store, IncarnationFolder.DefaultCluster);
        if (seen?.NoteOf(Address, systemIdentifier) is { } note && await lives.FindAsync(systemIdentifier, token) is null)
            throw new Fault(FaultCode.Store, "the store shows nothing of the WAL that it held before")
            {
                Where = Address,
                Why = $"WAL of the system identifier {systemIdentifier} was stored there, and none of it is there now: it is not mounted, or it was emptied",
                Left = "nothing was stored there",
                Next = $"rm '{note}' # only if it was emptied on purpose; else mount it",
            };
        var folder = await lives.EnsureAsync(systemIdentifier, token);
        seen?.Add(Address, systemIdentifier);
        return folder;
    }
}
