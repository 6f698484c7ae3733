using Tidemark.Postgres.Wal;

namespace Tidemark.BaseBackups;

/// <summary>Which backup an increment builds on: the newest of the same life of the cluster that is whole and from which this server comes.</summary>
/// <remarks>What is the same is found by hash, so no choice can make a backup wrong; a bad one makes it large, or leaves it with packs that are damaged.</remarks>
/// <param name="bases">Where they lie.</param>
/// <param name="facts">Of the server.</param>
/// <param name="history">Of its timeline.</param>
/// <param name="flushed">Where it is; null: it may be behind, as standbys are.</param>
internal sealed class ParentChoice(BaseStore bases, ClusterFacts facts, TimelineHistory history, Lsn? flushed)
{
    /// <param name="entries">All that the store holds of this cluster.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>Its manifest; or why a full backup is made.</returns>
    /// <exception cref="Fault">8: the store.</exception>
    public async Task<(BaseManifest? Parent, string? WhyFull)> ChooseAsync(IReadOnlyList<BaseEntry> entries, CancellationToken token)
    {
        var first = "there is no backup yet to build on";
        var isFirst = true;
        foreach (var entry in entries.Where(entry => entry.State != BaseState.Interrupted).OrderByDescending(Stop))
        {
            if (await ObjectionAsync(entry, token) is not { } objection) return (entry.Manifest, null);
            if (isFirst) first = $"{entry.Id} cannot be built on: {objection}";
            isFirst = false;
        }
        return (null, first);
    }

    private static Lsn Stop(BaseEntry entry) => Lsn.TryParse((entry.Manifest?.Wal ?? entry.Refs?.Wal)?.Stop.Lsn ?? "", out var stop) ? stop : default;

    private async Task<string?> ObjectionAsync(BaseEntry entry, CancellationToken token)
    {
        if (entry.State == BaseState.Sealed) return "nothing configured opens its map (BACKUP_IDENTITY)";
        if (entry.State != BaseState.Complete) return entry.Why;
        var manifest = entry.Manifest!;
        if (entry.Marks.Tombstone is not null) return "it was pruned";
        if (manifest.BlockSize != facts.PageBytes) return $"its pages have {manifest.BlockSize} bytes";
        var (timeline, stop) = manifest.Wal.Stop.Place();
        if (timeline != history.Timeline && !(history.EndOf(timeline) >= stop)) return $"it is of timeline {timeline}, {stop}, and this server did not come by there";
        if (timeline == history.Timeline && stop > flushed) return $"it ends at {stop}, and this server is at {flushed}: it was set back in time";
        return await MissingAsync(entry, token) is { } missing ? $"its pack {missing} is gone" : null;
    }

    private async Task<string?> MissingAsync(BaseEntry entry, CancellationToken token)
    {
        var packs = new Dictionary<string, long>(StringComparer.Ordinal);
        try
        {
            await bases.ReadPacksAsync(entry.Id, entry.Refs!, (id, size) => packs[id] = size, token);
        }
        catch (Fault damaged) when (damaged.Code == FaultCode.Verification)
        {
            return "that its refs would name";
        }
        return await PackPresence.MissingAsync(bases.Packs, packs, token);
    }
}
