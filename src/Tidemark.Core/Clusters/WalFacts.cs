using Npgsql;

namespace Tidemark.Clusters;

/// <summary>What the server says of itself to whoever wants its WAL.</summary>
/// <param name="WalLevel"><c>minimal</c>, <c>replica</c> or <c>logical</c>.</param>
/// <param name="Senders"><c>max_wal_senders</c>.</param>
/// <param name="MayReplicate">The role has the attribute REPLICATION, or may do all.</param>
/// <param name="FreeSlots">Places for a slot that are not taken.</param>
/// <param name="KeepBytes"><c>max_slot_wal_keep_size</c>; null: it has no limit.</param>
/// <param name="FullPageWrites"><c>full_page_writes</c>.</param>
/// <param name="IsArchived">It has an <c>archive_command</c>, or an <c>archive_library</c>, that is used.</param>
/// <param name="ArchiveFailing">The file that <c>archive_command</c> failed with last, when it has not succeeded since; null: it works, or there is none.</param>
/// <param name="Slot">Ours; null: it is not there.</param>
internal sealed record WalFacts(string WalLevel, int Senders, bool MayReplicate, int FreeSlots, long? KeepBytes, bool FullPageWrites, bool IsArchived, string? ArchiveFailing, WalSlotFacts? Slot)
{
    public static async Task<WalFacts> ReadAsync(NpgsqlConnection connection, string slot, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select current_setting('wal_level'), current_setting('max_wal_senders')::int,
                   (select rolreplication or rolsuper from pg_roles where rolname = current_user),
                   current_setting('max_replication_slots')::int - (select count(*)::int from pg_replication_slots),
                   (select setting::int8 << 20 from pg_settings where name = 'max_slot_wal_keep_size' and setting::int8 >= 0),
                   current_setting('full_page_writes')::bool,
                   current_setting('archive_mode') <> 'off' and (current_setting('archive_command') not in ('', '(disabled)') or coalesce(current_setting('archive_library', true), '') <> ''),
                   case when current_setting('archive_mode') <> 'off' and a.last_failed_time > coalesce(a.last_archived_time, '-infinity') then a.last_failed_wal end,
                   s.slot_type, s.active, s.wal_status,
                   case when s.restart_lsn is not null then pg_wal_lsn_diff(case when pg_is_in_recovery() then coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) else pg_current_wal_lsn() end, s.restart_lsn)::int8 end
              from pg_stat_archiver a left join pg_replication_slots s on s.slot_name = $1
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = slot });
        await using var row = await command.ExecuteReaderAsync(token);
        await row.ReadAsync(token);
        return new WalFacts(row.GetString(0), row.GetInt32(1), row.GetBoolean(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetInt64(4), row.GetBoolean(5), row.GetBoolean(6), row.IsDBNull(7) ? null : row.GetString(7),
            row.IsDBNull(8) ? null : new WalSlotFacts(row.GetString(8), row.GetBoolean(9), row.IsDBNull(10) ? null : row.GetString(10), row.IsDBNull(11) ? null : row.GetInt64(11)));
    }
}

/// <param name="Kind"><c>physical</c> or <c>logical</c>.</param>
/// <param name="Active">Somebody reads from it.</param>
/// <param name="State"><c>wal_status</c>; null: it keeps nothing yet.</param>
/// <param name="HeldBytes">What the server keeps for it; null: nothing.</param>
internal sealed record WalSlotFacts(string Kind, bool Active, string? State, long? HeldBytes);
