using Npgsql;
using Tidemark.Postgres;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>Where the server is in its log.</summary>
/// <param name="SystemIdentifier">Of its cluster.</param>
/// <param name="SegmentSize">Of its segments.</param>
/// <param name="Timeline">On which it writes; of a standby, the one that it receives.</param>
/// <param name="Standby">It is in recovery.</param>
/// <param name="Flushed">What is safe on its disk; of a standby, what it received.</param>
/// <param name="Now">By its clock.</param>
/// <param name="Slots">All of them, by name.</param>
internal sealed record WalServer(ulong SystemIdentifier, WalSegmentSize SegmentSize, TimelineId Timeline, bool Standby, Lsn Flushed, DateTimeOffset Now, IReadOnlyList<WalSlot> Slots)
{
    private const int Seconds = 10;

    /// <exception cref="Fault">7: it cannot be reached, or does not answer.</exception>
    public static async Task<WalServer> ReadAsync(DatabaseAddress address, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        try
        {
            var (server, slots) = (default(WalServer), new List<WalSlot>());
            await using (var command = new NpgsqlCommand(Place, connection) { CommandTimeout = Seconds })
            await using (var row = await command.ExecuteReaderAsync(token))
            {
                await row.ReadAsync(token);
                server = new WalServer(
                    ulong.Parse(row.GetString(0)), new WalSegmentSize((int)row.GetInt64(1)), new TimelineId((uint)row.GetInt64(2)), row.GetBoolean(3), Lsn.Parse(row.GetString(4)),
                    DateTimeOffset.UnixEpoch.AddTicks((long)(row.GetDouble(5) * TimeSpan.TicksPerSecond)), slots);
            }
            await using (var command = new NpgsqlCommand(SlotRows, connection) { CommandTimeout = Seconds })
            await using (var row = await command.ExecuteReaderAsync(token))
            {
                while (await row.ReadAsync(token))
                    slots.Add(new WalSlot(row.GetString(0), row.GetString(1), row.GetBoolean(2), await row.IsDBNullAsync(3, token) ? null : row.GetInt64(3), await row.IsDBNullAsync(4, token) ? null : row.GetString(4)));
            }
            return server;
        }
        catch (NpgsqlException failed)
        {
            throw new Fault(FaultCode.Unreachable, "the server does not say where its log is", failed) { Where = address.ToString(), Why = (failed as PostgresException)?.MessageText ?? failed.InnerException?.Message ?? failed.Message, Next = "tidemark doctor" };
        }
    }

    // pg_walfile_name() is refused during recovery. A standby that receives nothing at the moment knows its timeline from its last restart point.
    private const string Place = """
        select (select system_identifier::text from pg_control_system()),
               pg_size_bytes(current_setting('wal_segment_size')),
               case when pg_is_in_recovery() then coalesce((select received_tli from pg_stat_wal_receiver), (select timeline_id from pg_control_checkpoint()))::int8
                    else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int8 end,
               pg_is_in_recovery(),
               (case when pg_is_in_recovery() then coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), '0/0') else pg_current_wal_flush_lsn() end)::text,
               extract(epoch from clock_timestamp())::float8
        """;

    private const string SlotRows = """
        select slot_name::text, slot_type, active,
               pg_wal_lsn_diff(case when pg_is_in_recovery() then coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) else pg_current_wal_lsn() end, restart_lsn)::int8, wal_status
          from pg_replication_slots order by slot_name
        """;
}

/// <summary>A replication slot: it makes the server keep what its reader has not taken.</summary>
/// <param name="Name">As PostgreSQL knows it.</param>
/// <param name="Kind"><c>physical</c> or <c>logical</c>.</param>
/// <param name="Active">Somebody reads from it.</param>
/// <param name="HeldBytes">From the oldest that it keeps to where the server is; null: it keeps nothing.</param>
/// <param name="State"><c>wal_status</c>: <c>reserved</c>, <c>extended</c>, <c>unreserved</c>, <c>lost</c>; null: it keeps nothing yet.</param>
internal sealed record WalSlot(string Name, string Kind, bool Active, long? HeldBytes, string? State);
