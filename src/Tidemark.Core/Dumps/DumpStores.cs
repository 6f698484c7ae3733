using Tidemark.Files;
using Tidemark.Storage;

namespace Tidemark.Dumps;

/// <summary>All the places that dumps are kept in: each backup goes to every one of them.</summary>
/// <param name="all">In the order in which the user named them; at least one.</param>
/// <param name="state">The folder of what we know besides the dumps: history, locks, unfinished work.</param>
internal sealed class DumpStores(IReadOnlyList<DumpStore> all, string state) : IAsyncDisposable
{
    public IReadOnlyList<DumpStore> All => all;

    public IReadOnlyList<IObjectStore> Objects => [.. all.Select(store => store.Objects)];

    public string State => state;

    /// <summary>For people.</summary>
    public string Address => string.Join(", ", all.Select(store => store.Address));

    public static DumpStores OfFolder(string folder) => new([DumpStore.OfFolder(folder)], Path.Combine(Path.GetFullPath(folder), ".tidemark"));

    public void Prepare()
    {
        foreach (var store in all)
            if (store.Folder is not null) PrivateFolder.Ensure(store.Folder);
        PrivateFolder.Ensure(state);
    }

    /// <summary>Every backup once, with its copies; one store that cannot be read hides no other.</summary>
    /// <exception cref="Fault">8: none of them can be read.</exception>
    public async Task<DumpListing> LookAsync(CancellationToken token) => Together(await LookEachAsync(token));

    /// <summary>The stores side by side, in their order; one that cannot be read hides no other.</summary>
    /// <exception cref="Fault">8: none of them can be read.</exception>
    /// <param name="token">Cancels.</param>
    /// <param name="answered">Told of each store as soon as its look has ended; null: nobody wants to know.</param>
    public async Task<IReadOnlyList<StoreListing>> LookEachAsync(CancellationToken token, Action<DumpStore>? answered = null)
    {
        // Of several, on threads of their own: a folder that hangs blocks the one that looks.
        var looks = all.Count == 1 ? [await LookAsync(all[0], answered, token)] : await Task.WhenAll(all.Select(store => Task.Run(() => LookAsync(store, answered, token), token)));
        return looks.All(look => look.Fault is not null) ? throw looks[0].Fault! : [.. looks.Select(look => look.Listing)];
    }

    /// <summary>Every backup once, with its copies.</summary>
    public static DumpListing Together(IReadOnlyList<StoreListing> looks)
    {
        var seen = looks.SelectMany(look => look.Entries);
        return new DumpListing(looks.Count == 1 ? [.. seen] : DumpCatalog.InOrder(Together(seen)), [.. looks.SelectMany(look => look.Unseen)]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in all) await store.DisposeAsync();
    }

    private static async Task<(StoreListing Listing, Fault? Fault)> LookAsync(DumpStore store, Action<DumpStore>? answered, CancellationToken token)
    {
        try
        {
            var (entries, unseen) = await new DumpCatalog(store).LookAsync(token);
            return (new StoreListing(store, entries, unseen), null);
        }
        catch (Fault unreadable)
        {
            return (StoreListing.Closed(store, unreadable), unreadable);
        }
        finally
        {
            answered?.Invoke(store);
        }
    }

    /// <summary>Copies are told by their bytes: a store that cannot rename holds one under another name.</summary>
    private static List<DumpEntry> Together(IEnumerable<DumpEntry> entries)
    {
        var groups = new List<List<DumpEntry>>();
        var known = new Dictionary<(string, string, DateTimeOffset), List<List<DumpEntry>>>();
        foreach (var entry in entries)
        {
            if (entry.Manifest is not { } manifest)
            {
                groups.Add([entry]);
                continue;
            }
            var same = known.TryGetValue((manifest.Sha256, manifest.Database, manifest.RecoveryPoint), out var there) ? there : known[(manifest.Sha256, manifest.Database, manifest.RecoveryPoint)] = [];
            // Two of one store are two backups, whatever bytes they have.
            if (same.Where(group => group.All(other => other.Store != entry.Store)).OrderBy(group => group[0].Key != entry.Key).FirstOrDefault() is { } copies) copies.Add(entry);
            else
            {
                same.Add([entry]);
                groups.Add(same[^1]);
            }
        }
        return [.. groups.Select(group => group.OrderBy(copy => copy.State).First() with { Copies = group })];
    }
}

/// <summary>What a look into one of the stores found.</summary>
/// <param name="Store">Which.</param>
/// <param name="Entries">Newest first.</param>
/// <param name="Unseen">A sentence for each part that could not be looked at.</param>
internal sealed record StoreListing(DumpStore Store, IReadOnlyList<DumpEntry> Entries, IReadOnlyList<string> Unseen)
{
    /// <summary>Nothing of it could be read.</summary>
    public bool IsClosed { get; private init; }

    /// <summary>Of one that could not be read at all.</summary>
    public static StoreListing Closed(DumpStore store, Fault why) => new(store, [], [$"the store {store.Address} could not be read: {why.InOneLine}"]) { IsClosed = true };
}
