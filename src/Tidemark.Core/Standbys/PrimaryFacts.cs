using System.Text.Json;
using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>What a primary says of itself before a standby is made of it.</summary>
internal sealed record PrimaryFacts
{
    public required int Version { get; init; }

    /// <summary>Tells running servers apart, also copies of one.</summary>
    public required string Identity { get; init; }

    public required string User { get; init; }

    public required bool Superuser { get; init; }

    public required bool Replication { get; init; }

    /// <summary>Publications and schemas.</summary>
    public required bool MayCreate { get; init; }

    public required string WalLevel { get; init; }

    public required int Slots { get; init; }

    public required int SlotsUsed { get; init; }

    public required int Senders { get; init; }

    public required int SendersUsed { get; init; }

    /// <summary>MB; -1: no limit.</summary>
    public required long SlotKeep { get; init; }

    /// <summary>That travel: of a partitioned one the root.</summary>
    public required IReadOnlyList<PrimaryTable> Tables { get; init; }

    public required IReadOnlyList<string> Unlogged { get; init; }

    public required IReadOnlyList<string> Foreign { get; init; }

    public required IReadOnlyList<string> MaterializedViews { get; init; }

    /// <summary>Fire also for rows that come by replication, and so twice.</summary>
    public required IReadOnlyList<string> AlwaysTriggers { get; init; }

    public required long LargeObjects { get; init; }

    public required int Sequences { get; init; }

    public required IReadOnlyList<string> Extensions { get; init; }

    /// <summary>That own something or are granted something in this database.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    public required IReadOnlyList<string> Publications { get; init; }

    public required IReadOnlyList<string> SlotNames { get; init; }

    public required long Bytes { get; init; }

    public static async Task<PrimaryFacts> ReadAsync(NpgsqlConnection connection, CancellationToken token) =>
        JsonSerializer.Deserialize(await connection.ScalarAsync<string>(Sql, token), StandbyJson.Default.PrimaryFacts)!;

    private const string Sql = $$"""
        with kept as (
          select c.oid, c.relkind, c.relpersistence, c.relispartition, c.relreplident, c.relowner, c.relnamespace, format('%I.%I', nspname, relname) as name
            from pg_class c join pg_namespace n on n.oid = relnamespace
           where nspname !~ '^pg_' and nspname not in ('information_schema', '{{StandbyName.Schema}}')
             and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))
        select json_build_object(
          'version', current_setting('server_version_num')::int,
          'identity', (select system_identifier::text from pg_control_system()) || ' ' || extract(epoch from pg_postmaster_start_time()),
          'user', current_user::text,
          'superuser', (select rolsuper from pg_roles where rolname = current_user),
          'replication', (select rolreplication or rolsuper from pg_roles where rolname = current_user),
          'mayCreate', has_database_privilege(current_database(), 'create'),
          'walLevel', current_setting('wal_level'),
          'slots', current_setting('max_replication_slots')::int, 'slotsUsed', (select count(*) from pg_replication_slots),
          'senders', current_setting('max_wal_senders')::int, 'sendersUsed', (select count(*) from pg_stat_replication),
          'slotKeep', (select setting::bigint from pg_settings where name = 'max_slot_wal_keep_size'),
          'tables', (select coalesce(json_agg(json_build_object('name', name, 'bytes', bytes, 'identified', identified, 'owned', owned) order by bytes desc), '[]') from (
              select name, pg_has_role(relowner, 'usage') as owned,
                     (select sum(pg_total_relation_size(t.relid)) from (select k.oid as relid union select relid from pg_partition_tree(k.oid)) t)::bigint as bytes,
                     relreplident = 'f' or exists (select from pg_index i where i.indrelid = k.oid and (case relreplident when 'd' then i.indisprimary when 'i' then i.indisreplident else false end)) as identified
                from kept k where relkind in ('r', 'p') and not relispartition and relpersistence = 'p') t),
          'unlogged', (select coalesce(json_agg(name order by name), '[]') from kept where relkind in ('r', 'p') and relpersistence = 'u'),
          'foreign', (select coalesce(json_agg(name order by name), '[]') from kept where relkind = 'f'),
          'materializedViews', (select coalesce(json_agg(name order by name), '[]') from kept where relkind = 'm'),
          'alwaysTriggers', (select coalesce(json_agg(format('%I on %s', tgname, name)), '[]') from pg_trigger join kept on kept.oid = tgrelid where tgenabled in ('A', 'R') and not tgisinternal),
          'largeObjects', (select count(*) from pg_largeobject_metadata),
          'sequences', (select count(*) from kept where relkind = 'S'),
          'extensions', (select coalesce(json_agg(extname order by extname), '[]') from pg_extension),
          'roles', (select coalesce(json_agg(role order by role), '[]') from (
              select distinct pg_get_userbyid(refobjid)::text as role from pg_shdepend where refclassid = 'pg_authid'::regclass and dbid = (select oid from pg_database where datname = current_database())
              union select pg_get_userbyid(relowner)::text from kept) r),
          'publications', (select coalesce(json_agg(pubname), '[]') from pg_publication),
          'slotNames', (select coalesce(json_agg(slot_name), '[]') from pg_replication_slots),
          'bytes', pg_database_size(current_database()))::text
        """;
}

/// <summary>A table that travels.</summary>
/// <param name="Name">Quoted, with its schema.</param>
/// <param name="Bytes">With its partitions and indexes.</param>
/// <param name="Identified">A change of a row says which: by the primary key, an index, or all its columns.</param>
/// <param name="Owned">We may publish it.</param>
internal sealed record PrimaryTable(string Name, long Bytes, bool Identified, bool Owned);
