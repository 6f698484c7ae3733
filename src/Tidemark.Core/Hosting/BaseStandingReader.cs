using Tidemark.BaseBackups;
using Tidemark.Journal;
using Tidemark.Repositories;
using Tidemark.Retention.Bases;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Hosting;

/// <summary>What base backups are worth in each store. Documents are read and names listed; nothing is written, and no pack opened.</summary>
internal static class BaseStandingReader
{
    /// <summary>The stores side by side, in their order; one that cannot be read hides no other.</summary>
    /// <returns>Empty where no store has any.</returns>
    public static async Task<IReadOnlyList<BaseStanding>> ReadEachAsync(Workbench workbench, CancellationToken token)
    {
        var (stores, measured, now) = (workbench.Stores.Objects, RunHistory.Read(workbench.State).Phases, workbench.Clock.GetUtcNow());
        // On threads of their own: a folder that hangs blocks the one that looks.
        var all = await Task.WhenAll(stores.Select(store => Task.Run(() => ReadAsync(store, workbench, measured, now, token), token)));
        return all.All(one => one is null) ? [] : [.. all.Zip(stores, (one, store) => one ?? new BaseStanding(store.Address, null, 0, null, [], null, null, null))];
    }

    /// <summary>Null: no life of the cluster has a base backup there.</summary>
    private static async Task<BaseStanding?> ReadAsync(IObjectStore store, Workbench workbench, IReadOnlyList<MeasuredPhase> measured, DateTimeOffset now, CancellationToken token)
    {
        try
        {
            if (await new Incarnations(store, IncarnationFolder.DefaultCluster).ListAsync(token) is not [.., var life]) return null;
            var facts = await new BaseRetentionReader(workbench.Keys, KnownWriters.Read(workbench.State)).ReadAsync(store, life, token);
            if (facts.Entries.All(entry => entry.State == BaseState.Interrupted)) return null;
            return BaseStanding.Of(facts, await WalReachReader.FindAsync(store, WalReachNote.KeyIn(life), token), measured, now);
        }
        catch (Fault unreadable)
        {
            return BaseStanding.Unknown(store.Address, unreadable.InOneLine);
        }
    }
}
