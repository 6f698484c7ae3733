using System.Text.Json;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal.Receiving;

/// <summary>Notes in one store up to which moment it holds every commit.</summary>
internal sealed class ShippedReach(IObjectStore store, IncarnationFolder folder, TimeProvider clock)
{
    /// <summary>Where nothing was written nothing is shipped, and the moment alone goes on: that need not be told at each beat.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private WalReach? noted, waiting;
    private long at;

    /// <summary>Up to when it holds every commit, also where that was not noted yet; null: not known.</summary>
    public WalReach? Known { get; private set; }

    /// <param name="reach">Where the receiver was when it last had all; null: it never had.</param>
    /// <param name="stored">How far the store is known to go; null: not known.</param>
    /// <param name="token">Cancels before the write.</param>
    public async Task NoteAsync(WalReach? reach, WalPosition? stored, CancellationToken token)
    {
        // Of a busy server the newest is never there yet: then the one before.
        if (waiting is null || (reach is not null && reach.Timeline != waiting.Timeline)) waiting = reach;
        if (Holds(stored, reach)) waiting = reach;
        else if (!Holds(stored, waiting)) return;
        var now = waiting!;
        if (now != Known) await NoteAsync(now, token);
        Known = now;
        waiting = reach;
    }

    private static bool Holds(WalPosition? stored, WalReach? reach) => stored is { } known && reach is not null && known.Timeline == reach.Timeline && known.End >= reach.End;

    private async Task NoteAsync(WalReach now, CancellationToken token)
    {
        if (noted is { } before && before.End == now.End && clock.GetElapsedTime(at) < Idle) return;
        await store.PutAsync(WalReachNote.KeyIn(folder), JsonSerializer.SerializeToUtf8Bytes(WalReachNote.Of(now), WalJson.Default.WalReachNote), PutMode.Replace, token);
        (noted, at) = (now, clock.GetTimestamp());
    }
}
