using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;

namespace Tidemark.BaseBackups;

/// <summary>Packs that runs which were killed had brought: no backup names them, and the next one takes from them what is still the same.</summary>
/// <remarks>
/// A sweeper removes what no backup names, but only what it saw so twice, the grace time (at least seven days) apart. So only what is much younger than that
/// is taken, and by the store's clock alone: it is compared with our own intent. Before the manifest is written all of it is looked for once more.
/// </remarks>
internal sealed class LeftPacks(BaseStore bases, RepositoryKeys keys, Action<string> remark)
{
    /// <summary>32 GiB as they are stored; with what is known of each frame some 50 MiB of memory.</summary>
    private const int Most = 1024;

    private static readonly TimeSpan Youth = TimeSpan.FromDays(2);

    /// <param name="own">Whose intent has just been written.</param>
    /// <param name="entries">All that the store holds of this cluster.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">8: the store.</exception>
    public async Task<LeftFrames> ReadAsync(BaseId own, IReadOnlyList<BaseEntry> entries, CancellationToken token)
    {
        var left = new LeftFrames();
        if (!entries.Any(entry => entry.State == BaseState.Interrupted && entry.Id != own)) return left;
        if (await bases.Store.FindAsync(bases.Keys.Of(own, BaseKeys.Intent), token) is not { } intent) return left;
        var found = await ListAsync(await NamedAsync(entries, token), intent.Written - Youth, token);
        using var decoder = new FrameDecoder();
        foreach (var (id, size) in found)
            try
            {
                var (pack, index) = await PackReader.ReadIndexAsync(bases.Packs, id, size, keys, decoder, token);
                // Whoever wrote it may have been killed before it was durable.
                await bases.Store.SettleAsync(bases.Keys.Packs.Key(id), token);
                left.Take(pack, index);
            }
            catch (Fault closed) when (closed.Code == FaultCode.Keys)
            {
                remark("what a run that was killed had brought is not used again: nothing configured opens it (BACKUP_IDENTITY)");
                return new LeftFrames();
            }
            catch (Fault damaged) when (damaged.Code == FaultCode.Verification)
            {
                // It is nobody's: it is swept.
            }
        if (left.Packs > 0) remark($"of {left.Packs} pack{(left.Packs == 1 ? "" : "s")} that a run which was killed had brought, what is the same is used again");
        return left;
    }

    /// <summary>By any backup.</summary>
    private async Task<PackSet> NamedAsync(IReadOnlyList<BaseEntry> entries, CancellationToken token)
    {
        var named = new PackSet();
        foreach (var entry in entries)
            if (entry.Refs is { } refs) await bases.ReadPacksAsync(entry.Id, refs, named.Add, token);
        return named;
    }

    private async Task<IReadOnlyList<(string Id, long Size)>> ListAsync(PackSet named, DateTimeOffset since, CancellationToken token)
    {
        var newest = new PriorityQueue<(string Id, long Size), DateTimeOffset>();
        await foreach (var stored in bases.Store.ListObjectsAsync(bases.Keys.Packs.All, static _ => { }, token))
        {
            if (stored.Written < since || stored.Size > SealedPack.Largest || bases.Keys.Packs.IdOf(stored.Key) is not { } id || named.Holds(id)) continue;
            if (newest.Count < Most) newest.Enqueue((id, stored.Size), stored.Written);
            else newest.EnqueueDequeue((id, stored.Size), stored.Written);
        }
        return [.. newest.UnorderedItems.Select(one => one.Element)];
    }
}
