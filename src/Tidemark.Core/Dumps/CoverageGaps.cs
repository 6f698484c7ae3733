using Npgsql;

namespace Tidemark.Dumps;

/// <summary>Asks the catalogues for what a dump of this database will not hold.</summary>
internal static class CoverageGaps
{
    // pg_subscription is readable by all but its connection string (13 to 18).
    private const string Query = """
        select 'foreign-table', quote_ident(n.nspname) || '.' || quote_ident(c.relname), 'its rows live on another server'
          from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'f'
        union all
        select 'extension-data', quote_ident(n.nspname) || '.' || quote_ident(c.relname), 'rows that extension ' || e.extname || ' keeps for itself are not dumped'
          from pg_depend d join pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
          join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid and c.relkind = 'r' join pg_namespace n on n.oid = c.relnamespace
         where d.deptype = 'e' and not (c.oid = any (coalesce(e.extconfig, '{}')))
        union all
        select 'unlogged-table', quote_ident(n.nspname) || '.' || quote_ident(c.relname), 'its rows exist on the primary only, and this is a standby'
          from pg_class c join pg_namespace n on n.oid = c.relnamespace where pg_is_in_recovery() and c.relkind = 'r' and c.relpersistence = 'u'
        union all
        select 'subscription', quote_ident(subname), 'comes back disabled and without its slot; only a superuser dumps it'
          from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())
        union all
        select 'replication-slot', slot_name::text, 'logical slots are not part of a dump; their consumers must start anew'
          from pg_replication_slots where database = current_database()
        union all
        select 'prepared-transaction', gid, 'not committed at the snapshot'
          from pg_prepared_xacts where database = current_database()
        union all
        select 'tablespace', quote_ident(s.spcname), 'must exist on the server that restores; without it, its tables go to the default tablespace'
          from pg_tablespace s where spcname not in ('pg_default', 'pg_global')
           and exists (select from pg_class c where c.reltablespace = s.oid)
        union all
        select 'database-properties', quote_ident(datname), 'owner, grants, connection limit, comment and ALTER DATABASE SET are kept in this manifest, not in the dump'
          from pg_database where datname = current_database()
           and (datacl is not null or datconnlimit <> -1 or exists (select from pg_db_role_setting where setdatabase = pg_database.oid) or shobj_description(oid, 'pg_database') is not null)
        order by 1, 2
        """;

    public static async Task<IReadOnlyList<CoverageGap>> FindAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        var gaps = new List<CoverageGap>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) gaps.Add(new CoverageGap(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return gaps;
    }

    /// <summary>Tables of the snapshot that the dump has no data for, not even an empty block.</summary>
    /// <param name="tables">Those that hold rows of their own, by the catalogue.</param>
    /// <param name="encoding">Of the database: a dump is written in it, and names are compared only where they read the same.</param>
    /// <param name="dumped">What the check counted.</param>
    public static IEnumerable<CoverageGap> NotInDump(IEnumerable<(string Schema, string Table)> tables, string encoding, IReadOnlyList<TableRows> dumped)
    {
        var found = dumped.Select(table => (table.Schema, table.Table)).ToHashSet();
        return tables.Where(name => !found.Contains(name) && (encoding == "UTF8" || (System.Text.Ascii.IsValid(name.Schema) && System.Text.Ascii.IsValid(name.Table))))
            .Select(name => new CoverageGap(CoverageGap.NotInDump, new TableRows(name.Schema, name.Table, 0).ToString(), "the database has this table, and pg_dump wrote no data for it"))
            .OrderBy(gap => gap.Object, StringComparer.Ordinal);
    }
}
