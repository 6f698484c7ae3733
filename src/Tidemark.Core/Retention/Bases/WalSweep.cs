using Tidemark.BaseBackups.Sweeping;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Retention.Bases;

/// <summary>Removes the WAL that a plan does not want: the oldest first, so that what is left has no gap whenever it is stopped. History files and tails stay.</summary>
internal sealed class WalSweep(IObjectStore store, IncarnationFolder life)
{
    /// <summary>What would go.</summary>
    /// <exception cref="Fault">8: the store, also where a part of it could not be looked at.</exception>
    public async Task<WalOutlook> LookAsync(WalKeeping keeping, CancellationToken token)
    {
        var (goes, unseen, (stay, stayBytes)) = (new List<StoredWal>(), new List<string>(), (0, 0L));
        await foreach (var stored in store.ListObjectsAsync(new WalKeys(life).All, unseen.Add, token))
        {
            if (WalKeys.Parse(stored.Key) is not { } one || one.Kind == WalObjectKind.History) continue;
            if (!keeping.Wants(one.Segment)) goes.Add(new StoredWal(stored.Key, stored.Size, one));
            else if (one.Kind == WalObjectKind.Segment) (stay, stayBytes) = (stay + 1, stayBytes + stored.Size);
        }
        if (unseen.Count > 0) throw StoreFault.Unseen(store, new WalKeys(life).All, unseen);
        // A mark that changes are missing from a segment outlives it.
        return new WalOutlook([.. goes.OrderBy(one => (one.Object.Segment.Log, one.Object.Segment.Segment)).ThenBy(one => one.Object.Segment.Timeline).ThenBy(one => one.Object.Kind == WalObjectKind.Break)], stay, stayBytes);
    }

    /// <returns>What went, and why not all did; null: it did.</returns>
    public async Task<(WalOutlook Gone, string? Held)> RemoveAsync(WalOutlook outlook, CancellationToken token)
    {
        var (removal, gone) = (new ObjectRemoval(store), new List<StoredWal>());
        foreach (var one in outlook.Goes)
        {
            if (await removal.TryAsync(one.Key, token)) gone.Add(one);
            if (removal.IsOver) break;
        }
        return (outlook with { Goes = gone }, removal.Why);
    }
}

/// <summary>How much WAL goes, and how much stays.</summary>
/// <param name="Goes">The oldest first.</param>
/// <param name="SegmentsStay">That stay.</param>
/// <param name="BytesStay">Of these, as stored.</param>
internal sealed record WalOutlook(IReadOnlyList<StoredWal> Goes, int SegmentsStay, long BytesStay)
{
    public int SegmentsGo => Goes.Count(one => one.Object.Kind == WalObjectKind.Segment);

    public long BytesGo => Goes.Sum(one => one.Size);

    /// <summary>Null: none goes.</summary>
    public WalSegmentName? First => Goes.Count == 0 ? null : Goes[0].Object.Segment;

    /// <summary>Null: none goes.</summary>
    public WalSegmentName? Last => Goes.Count == 0 ? null : Goes[^1].Object.Segment;
}
