using Tidemark.Configuration;
using Tidemark.Postgres;
using Tidemark.Postgres.Replication;

namespace Tidemark.Wal.Receiving;

/// <summary>Watches how much WAL the server keeps for our slot: on its own disk, which must not fill because of us.</summary>
internal sealed class SlotLimit(DatabaseAddress address, WalOptions options, TimeProvider clock, ReceiverState state, Action<string> remark)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private bool told;
    private long? looked;

    /// <summary>Comes back when the slot must go; else ends by the token.</summary>
    public async Task ExceededAsync(CancellationToken token)
    {
        while (true)
        {
            // From look to look, also over connections that break sooner.
            looked ??= clock.GetTimestamp();
            var due = Period - clock.GetElapsedTime(looked.Value);
            if (due > TimeSpan.Zero) await Task.Delay(due, clock, token);
            looked = clock.GetTimestamp();
            if (await HeldAsync(token) is not { } held) continue;
            if (held <= (ulong)options.SlotLimit)
            {
                told = false;
                continue;
            }
            if (options.DropsSlot) return;
            if (!told) remark($"the server keeps {held >> 20} MiB of WAL for the slot {options.Slot}, more than BACKUP_WAL_SLOT_LIMIT allows: {(state.Report.Failure is { } why ? why : "it is received too slowly, or a store is away")}");
            told = true;
        }
    }

    /// <summary>Gives it up: the server may remove what we have not received.</summary>
    public async Task DropAsync(CancellationToken token)
    {
        await using var connection = await ReplicationConnection.OpenAsync(address, clock, token);
        await connection.DropSlotAsync(options.Slot, token);
        told = false;
        remark($"dropped the slot {options.Slot}: the server kept more WAL for it than BACKUP_WAL_SLOT_LIMIT allows (BACKUP_WAL_OVER_LIMIT=drop); what it removes before it is received again is a gap");
    }

    /// <summary>Null: it cannot be asked now.</summary>
    private async Task<ulong?> HeldAsync(CancellationToken token)
    {
        try
        {
            await using var connection = await ReplicationConnection.OpenAsync(address, clock, token);
            var flushed = (await connection.IdentifyAsync(token)).Flushed;
            return await ReplicationSlot.FindAsync(connection, options.Slot, token) is { Restart: { } restart } && flushed > restart ? flushed - restart : 0;
        }
        catch (Fault)
        {
            // The receiver itself tells that the server cannot be reached.
            return null;
        }
    }
}
