using System.Text.Json;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal.Receiving;

/// <summary>Notes in one store up to which moment it holds every commit.</summary>
internal sealed class ShippedReach(IObjectStore store, IncarnationFolder folder, TimeProvider clock)
{
    /// <summary>Where nothing was written nothing is shipped, and the moment alone goes on: that need not be told at each beat.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private WalReach? noted;
    private long at;

    /// <summary>Up to when it holds every commit, also where that was not noted yet; null: not known.</summary>
    public WalReach? Known { get; private set; }

    /// <param name="reach">Where the receiver was when it had all; null: it never was.</param>
    /// <param name="shipped">The first byte that is not in the store.</param>
    /// <param name="token">Cancels before the write.</param>
    public async Task NoteAsync(WalReach? reach, Lsn shipped, CancellationToken token)
    {
        if (reach is null || shipped < reach.End || reach == Known) return;
        if (noted is not { } before || before.End != reach.End || clock.GetElapsedTime(at) >= Idle)
        {
            await store.PutAsync(WalReachNote.KeyIn(folder), JsonSerializer.SerializeToUtf8Bytes(WalReachNote.Of(reach), WalJson.Default.WalReachNote), PutMode.Replace, token);
            (noted, at) = (reach, clock.GetTimestamp());
        }
        Known = reach;
    }
}
