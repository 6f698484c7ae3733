using Tidemark.BaseBackups;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>Looks at what a store holds. Nothing is written.</summary>
/// <param name="keys">Open it.</param>
/// <param name="writers">Whose backups are believed.</param>
/// <param name="clock">For the age of things.</param>
/// <param name="remark">Told what could not be known.</param>
internal sealed class RecoveryFactsReader(RepositoryKeys keys, KnownWriters writers, TimeProvider clock, Action<string> remark)
{
    /// <param name="store">Where.</param>
    /// <param name="id">The life that has this backup; null: the last one that has any.</param>
    /// <param name="token">Stops between two objects.</param>
    /// <returns>Null: none.</returns>
    public async Task<RecoveryFacts?> ReadAsync(IObjectStore store, BaseId? id, CancellationToken token)
    {
        foreach (var folder in (await new Incarnations(store, IncarnationFolder.DefaultCluster).ListAsync(token)).Reverse())
        {
            var bases = await new BaseCatalog(new BaseStore(store, new BaseKeys(folder), keys), writers).ListAsync(token);
            if (!bases.Any(one => id is null ? one.State != BaseState.Interrupted : one.Id == id)) continue;
            using var encoding = new WalEncoding(keys);
            var status = await new WalStatusReader(store, encoding, clock, remark).ReadAsync(folder, null, token);
            var reach = (await WalReachReader.ReadEachAsync([store], token))[0];
            return new RecoveryFacts(store, folder, bases, status?.Coverage ?? new WalCoverage([], new Dictionary<Postgres.Wal.TimelineId, Postgres.Wal.TimelineHistory>()), reach.Incarnation == folder ? reach.Reach : null);
        }
        return null;
    }
}
