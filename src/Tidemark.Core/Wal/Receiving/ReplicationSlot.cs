using Tidemark.Postgres;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>The slot through which a server keeps WAL until we have it.</summary>
internal static class ReplicationSlot
{
    /// <summary>Makes it where it is missing, and anew where the server has given it up.</summary>
    /// <returns>From where on it holds WAL, and whether it was made just now.</returns>
    /// <exception cref="Fault">5: a slot of that name is of another kind, or there is no place for one. 7: this role may not make one.</exception>
    public static async Task<(Lsn Reserved, bool Made)> EnsureAsync(ReplicationConnection connection, DatabaseAddress address, string slot, CancellationToken token)
    {
        var found = await FindAsync(connection, address, slot, token);
        if (found?.Restart is { } reserved) return (reserved, false);
        if (found is not null) await connection.DropSlotAsync(slot, token);
        await connection.CreateSlotAsync(slot, temporary: false, token);
        return (await FindAsync(connection, address, slot, token) is { Restart: { } restart } ? restart : (await connection.IdentifyAsync(token)).Flushed, true);
    }

    public static async Task<PhysicalSlot?> FindAsync(ReplicationConnection connection, DatabaseAddress address, string slot, CancellationToken token)
    {
        if (connection.Version.Major >= 15) return await connection.ReadSlotAsync(slot, token);
        // Before 15 a walsender cannot tell.
        await using var sql = await DatabaseConnection.OpenAsync(address, token);
        await using var command = sql.CreateCommand();
        command.CommandText = "select restart_lsn::text from pg_catalog.pg_replication_slots where slot_name = $1 and slot_type = 'physical'";
        command.Parameters.Add(new Npgsql.NpgsqlParameter<string> { TypedValue = slot });
        await using var rows = await command.ExecuteReaderAsync(token);
        if (!await rows.ReadAsync(token)) return null;
        return new PhysicalSlot(await rows.IsDBNullAsync(0, token) ? null : Lsn.Parse(rows.GetString(0)), null);
    }
}
