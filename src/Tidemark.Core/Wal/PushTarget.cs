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
    private readonly ConcurrentDictionary<ulong, Lazy<Task<IReadOnlyList<TailPiece>>>> tails = new();

    public string Address => store.Address;

    /// <summary>For writing: a life that the store does not know yet begins.</summary>
    /// <exception cref="Fault">8: also where the store knew it before, and does not now.</exception>
    /// <param name="systemIdentifier">Of its server.</param>
    /// <param name="followsOthers">The server has archived before: a folder in which nothing is may be one that is not mounted.</param>
    /// <param name="token">Cancels before a write.</param>
    public async Task<WalArchive> OpenAsync(ulong systemIdentifier, bool followsOthers, CancellationToken token)
    {
        var folder = folders.GetOrAdd(systemIdentifier, identifier => new Lazy<Task<IncarnationFolder>>(() => FolderAsync(identifier, followsOthers, token)));
        return new WalArchive(store, new WalKeys(await folder.Value), encoding);
    }

    /// <summary>A receiver may have brought the beginning of this segment: then it must be its beginning.</summary>
    /// <exception cref="Fault">5: it is not. 8: the store.</exception>
    public async Task RequireTailAsync(WalArchive archive, RawSegment whole, CancellationToken token)
    {
        var folder = archive.Keys.Incarnation;
        var pieces = await tails.GetOrAdd(folder.SystemIdentifier, _ => new Lazy<Task<IReadOnlyList<TailPiece>>>(() => new TailReader(store, folder, encoding).ListAsync(token))).Value;
        if (TailChain.Contradicted(pieces.Where(piece => piece.Segment == whole.Name), whole.Bytes.Span) is not [var other, ..]) return;
        throw new Fault(FaultCode.Refused, "the store holds another beginning of this segment")
        {
            Where = $"{other.KeyIn(folder)} in {Address}",
            Why = "a receiver brought it: the server was set back in time since, or two servers write this timeline",
            Left = "what is there stays; the segment was not stored",
            Next = "tidemark wal status # then remove that object if it is not of your server",
        };
    }

    private async Task<IncarnationFolder> FolderAsync(ulong systemIdentifier, bool followsOthers, CancellationToken token)
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
        // A look at the folder itself: to make the one that is missing by hand is to say that the archive begins here.
        if (followsOthers && Path.IsPathRooted(Address) && !Directory.Exists(Path.Combine(Address, IncarnationFolder.Clusters)))
            throw new Fault(FaultCode.Store, "the server has archived before, and this folder holds no WAL of anybody")
            {
                Where = Address,
                Why = "it may not be mounted: what is written there now nobody would find",
                Left = "nothing was stored there",
                Next = $"mkdir -p '{Path.Combine(Address, "clusters")}' # as the server's user, if the archive is to begin there now; else mount it",
            };
        var folder = await lives.EnsureAsync(systemIdentifier, token);
        seen?.Add(Address, systemIdentifier);
        return folder;
    }
}
