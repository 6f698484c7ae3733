using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.BaseBackups;

/// <summary>The base backups of all lives of the cluster in one store.</summary>
internal static class StoredBases
{
    /// <summary>The newest first. Those without a manifest are none.</summary>
    /// <exception cref="Fault">8: the store.</exception>
    public static async Task<IReadOnlyList<StoredBackup>> ListAsync(IObjectStore store, RepositoryKeys keys, KnownWriters writers, CancellationToken token)
    {
        var found = new List<StoredBackup>();
        foreach (var life in await new Incarnations(store, IncarnationFolder.DefaultCluster).ListAsync(token))
        {
            var bases = new BaseStore(store, new BaseKeys(life), keys);
            found.AddRange((await new BaseCatalog(bases, writers).ListAsync(token)).Where(entry => entry.State != BaseState.Interrupted).Select(entry => new StoredBackup(bases, entry)));
        }
        return [.. found.OrderByDescending(one => one.RecoveryPoint).ThenBy(one => one.Id, StringComparer.Ordinal)];
    }
}

/// <param name="Bases">Where it lies.</param>
/// <param name="Entry">What is known of it.</param>
internal sealed record StoredBackup(BaseStore Bases, BaseEntry Entry)
{
    public string Id => Entry.Id.Text;

    public string Key => Bases.Keys.Of(Entry.Id, BaseKeys.Manifest);

    /// <summary>The first moment that it can be restored to; null: it cannot be read.</summary>
    public DateTimeOffset? RecoveryPoint => (Entry.Manifest?.Wal ?? Entry.Refs?.Wal)?.Stop.Time;
}
