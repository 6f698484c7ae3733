using Npgsql;

namespace Tidemark.Standbys;

/// <summary>The slot of a standby, as the primary has it.</summary>
/// <param name="Now">Its clock.</param>
/// <param name="HasSlot">It is there.</param>
/// <param name="IsActive">A sender works on it.</param>
/// <param name="IsLost">The WAL that it needs is gone.</param>
/// <param name="Held">Bytes of WAL that are kept for it.</param>
/// <param name="Behind">Bytes that the standby has not confirmed.</param>
internal sealed record PrimaryLook(DateTimeOffset Now, bool HasSlot, bool IsActive, bool IsLost, long Held, long Behind)
{
    public static async Task<PrimaryLook> ReadAsync(StandbyRecord record, NpgsqlConnection primary, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select clock_timestamp(), slot_name is not null, coalesce(active, false), coalesce(wal_status = 'lost', false),
                   coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint, greatest(coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0), 0)::bigint
              from (select) one left join pg_replication_slots on slot_name = $1
            """, primary) { Parameters = { new() { Value = record.Object } } };
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return new PrimaryLook(reader.GetFieldValue<DateTimeOffset>(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetInt64(4), reader.GetInt64(5));
    }
}
