using Tidemark.Postgres;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>The slot through which a server keeps WAL until we have it.</summary>
internal static class ReplicationSlot
{
    private const string Invalidated = "55000";

    /// <summary>Makes it where it is missing, and anew where the server has given it up.</summary>
    /// <returns>From where on it holds WAL.</returns>
    /// <exception cref="Fault">5: a slot of that name is of another kind, or there is no place for one. 7: this role may not make one.</exception>
    public static async Task<Lsn> EnsureAsync(ReplicationConnection connection, string slot, Action<string> remark, CancellationToken token)
    {
        var found = await FindAsync(connection, slot, token);
        if (found?.Restart is { } reserved) return reserved;
        if (found is not null) await GiveUpAsync(connection, slot, "it keeps no WAL, as where more was due than the server's max_slot_wal_keep_size allows", remark, token);
        await connection.CreateSlotAsync(slot, temporary: false, token);
        var made = await FindAsync(connection, slot, token) is { Restart: { } restart } ? restart : (await connection.IdentifyAsync(token)).Flushed;
        remark($"made the replication slot {slot} on {connection.Server}; it keeps WAL from {made} on");
        return made;
    }

    /// <summary>The server refuses to stream through it, and would for ever: since 18 also where it lay idle for too long.</summary>
    public static bool IsGivenUp(Fault refused) => refused.InnerException is ServerRefusal { SqlState: Invalidated };

    /// <summary>What it kept is not kept any more.</summary>
    public static async Task GiveUpAsync(ReplicationConnection connection, string slot, string why, Action<string> remark, CancellationToken token)
    {
        remark($"the server has given up the replication slot {slot}: {why}; it is made anew, and what the server has removed meanwhile is a gap");
        await connection.DropSlotAsync(slot, token);
    }

    public static async Task<PhysicalSlot?> FindAsync(ReplicationConnection connection, string slot, CancellationToken token)
    {
        if (connection.Version.Major >= 15) return await connection.ReadSlotAsync(slot, token);
        // Before 15 a walsender cannot tell. Of several hosts only this one's slot counts.
        await using var sql = await DatabaseConnection.OpenAsync(connection.Address, token);
        await using var command = sql.CreateCommand();
        command.CommandText = "select restart_lsn::text from pg_catalog.pg_replication_slots where slot_name = $1 and slot_type = 'physical'";
        command.Parameters.Add(new Npgsql.NpgsqlParameter<string> { TypedValue = slot });
        try
        {
            await using var rows = await command.ExecuteReaderAsync(token);
            if (!await rows.ReadAsync(token)) return null;
            return new PhysicalSlot(await rows.IsDBNullAsync(0, token) ? null : Lsn.Parse(rows.GetString(0)), null);
        }
        catch (Npgsql.NpgsqlException lost)
        {
            throw new Fault(FaultCode.Unreachable, "the server does not tell of its replication slots", lost) { Where = connection.Server, Why = lost.Message, Next = "tidemark wal receive", Transient = true };
        }
    }
}
