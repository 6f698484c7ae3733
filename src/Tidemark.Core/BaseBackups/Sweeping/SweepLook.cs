using Tidemark.Storage;

namespace Tidemark.BaseBackups.Sweeping;

/// <summary>What of a life's packs something needs, and what nothing does, at one moment. Nothing is written.</summary>
/// <param name="Packs">That nothing needs, and their sizes.</param>
/// <param name="Backups">Whose documents are to go: their tombstone is older than the grace time, or their run was given up so long ago.</param>
/// <param name="Silent">Runs that were not heard of for longer than the grace time.</param>
/// <param name="Blind">Why no pack may go; null: they may.</param>
internal sealed record SweepLook(IReadOnlyDictionary<string, long> Packs, IReadOnlyList<BaseEntry> Backups, IReadOnlyList<BaseEntry> Silent, string? Blind);

/// <summary>Looks.</summary>
/// <param name="bases">Where.</param>
/// <param name="writers">Whose tombstones count: a stranger cannot have anything removed.</param>
/// <param name="grace">How long what nothing needs stays.</param>
internal sealed class SweepLooker(BaseStore bases, KnownWriters writers, TimeSpan grace)
{
    /// <summary>Servers of one store need not agree to the second.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    /// <param name="now">By the store's clock.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">8: the store.</exception>
    public async Task<SweepLook> LookAsync(DateTimeOffset now, CancellationToken token)
    {
        // Packs first: who wrote one of these has written its intent before, so the look at the backups sees it.
        var (packs, unseen) = (new Dictionary<string, (long Size, DateTimeOffset Written)>(StringComparer.Ordinal), new List<string>());
        await foreach (var stored in bases.Store.ListObjectsAsync(bases.Keys.Packs.All, unseen.Add, token))
            if (bases.Keys.Packs.IdOf(stored.Key) is { } id) packs[id] = (stored.Size, stored.Written);
        var entries = await new BaseCatalog(bases, writers).ListAsync(token);
        var blind = unseen.FirstOrDefault();
        var isHeld = !HasGood(entries, now);
        var open = entries.Where(entry => entry is { State: BaseState.Interrupted, IsRevoked: false } && !IsOver(entry, isHeld, now)).ToList();
        var parents = open.Select(entry => entry.Intent?.Parent).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var over = entries.Where(entry => IsOver(entry, isHeld, now) && !parents.Contains(entry.Id.Text)).ToList();
        foreach (var entry in entries.Except(over).Where(entry => !entry.IsRevoked)) blind ??= await NeededAsync(entry, packs, token);
        // Which packs a run has stored so far nobody knows but itself.
        if (open.Count > 0 && open.Min(entry => entry.Begun) - Skew is var since)
            foreach (var (id, (_, written)) in packs)
                if (written >= since) packs.Remove(id);
        return new SweepLook(packs.ToDictionary(pack => pack.Key, pack => pack.Value.Size, StringComparer.Ordinal), over, [.. open.Where(entry => entry.Heard + grace < now)], blind);
    }

    /// <summary>The newest that stays can be restored. Where it was found damaged since others expired, these are all there is.</summary>
    private static bool HasGood(IEnumerable<BaseEntry> entries, DateTimeOffset now) => entries
        .Where(entry => entry is { Refs: not null, State: not (BaseState.Interrupted or BaseState.Unauthenticated) } && (entry.Marks.Tombstone is null || entry.Marks.IsPinned(now)))
        .MaxBy(entry => entry.Refs!.Wal.Stop.Time) is { IsGood: true };

    /// <summary>Nothing needs its packs any more. What is left of a removal that was killed is no backup, and is not held.</summary>
    private bool IsOver(BaseEntry entry, bool isHeld, DateTimeOffset now) =>
        entry.IsRevoked ? entry.Heard + grace < now
        : entry.Marks.Tombstone is { } tombstone && tombstone.Written + grace < now && !entry.Marks.IsPinned(now) && (!isHeld || entry.State == BaseState.Interrupted);

    /// <summary>Takes what it needs out of the packs; says why that is not known.</summary>
    private async Task<string?> NeededAsync(BaseEntry entry, Dictionary<string, (long, DateTimeOffset)> packs, CancellationToken token)
    {
        if (entry is { State: BaseState.Interrupted, Refs: null }) return entry.Intent is null ? $"on what {entry.Id}, which is being taken or was interrupted, builds cannot be read" : null;
        if (entry.Refs is null) return $"which packs {entry.Id} needs cannot be read: {entry.Why}";
        try
        {
            await bases.ReadPacksAsync(entry.Id, entry.Refs, (id, _) => packs.Remove(id), token);
            return null;
        }
        catch (Fault damaged) when (damaged.Code == FaultCode.Verification)
        {
            return damaged.InOneLine;
        }
    }
}
