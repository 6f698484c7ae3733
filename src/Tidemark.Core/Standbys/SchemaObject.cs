using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>Something that DDL makes, of which replication knows nothing.</summary>
/// <param name="Kind">schema, extension, type, sequence, function, table, column, view, index, constraint, trigger.</param>
/// <param name="Name">Quoted, with its schema; of what belongs to a table, after the table's name.</param>
/// <param name="Of">The table that it belongs to; null: none.</param>
/// <param name="Definition">Two that differ in it are not the same; empty where versions say it in other words.</param>
/// <param name="Create">The statement that makes it; empty for a table that is no partition, which pg_dump tells.</param>
/// <param name="Change">The statements that make one of that name the same; null: it is dropped and made again.</param>
internal sealed record SchemaObject(string Kind, string Name, string? Of, string Definition, string Create, string? Change)
{
    public static async Task<IReadOnlyList<SchemaObject>> ReadAsync(NpgsqlConnection connection, CancellationToken token)
    {
        // All names with their schemas, whatever the path of this role is.
        await connection.ExecuteAsync("set search_path = ''", token);
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = 0 };
        var found = new List<SchemaObject>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            found.Add(new SchemaObject(reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6)));
        return found;
    }

    private const string Sql = $$"""
        with spaces as (select oid, quote_ident(nspname) as name from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', '{{StandbyName.Schema}}')),
        extended as (select classid, objid from pg_depend where deptype = 'e'),
        relations as (select c.oid, c.relkind, relispartition, relpartbound, s.name || '.' || quote_ident(relname) as name from pg_class c join spaces s on s.oid = relnamespace
                       where relpersistence <> 't' and not exists (select from extended where classid = 'pg_class'::regclass and objid = c.oid)),
        tables as (select * from relations where relkind in ('r', 'p', 'f')),
        columns as (select t.name as of, quote_ident(attname) as name, format_type(atttypid, atttypmod) as type, attnotnull as filled, attidentity, attgenerated, pg_get_expr(adbin, adrelid) as value
                      from tables t join pg_attribute a on attrelid = t.oid and attnum > 0 and not attisdropped left join pg_attrdef d on adrelid = t.oid and adnum = attnum)
        select 1 as place, 'schema', name, null as of, '' as definition, 'CREATE SCHEMA IF NOT EXISTS ' || name, '' as change from spaces
        union all select 2, 'extension', quote_ident(extname), null, '', 'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(extname), '' from pg_extension
        union all select 3, 'type', s.name || '.' || quote_ident(typname), null, string_agg(quote_literal(enumlabel), ', ' order by enumsortorder),
               'CREATE TYPE ' || s.name || '.' || quote_ident(typname) || ' AS ENUM (' || string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) || ')',
               string_agg('ALTER TYPE ' || s.name || '.' || quote_ident(typname) || ' ADD VALUE IF NOT EXISTS ' || quote_literal(enumlabel), '; ' order by enumsortorder)
          from pg_type y join spaces s on s.oid = typnamespace join pg_enum on enumtypid = y.oid where not exists (select from extended where classid = 'pg_type'::regclass and objid = y.oid) group by s.name, typname
        union all select 4, 'sequence', r.name, (select t.name from pg_depend d join tables t on t.oid = refobjid where classid = 'pg_class'::regclass and objid = r.oid and deptype = 'a' limit 1),
               '', format('CREATE SEQUENCE %s AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s', r.name, format_type(seqtypid, null), seqincrement, seqmin, seqmax, seqstart, seqcache, case when seqcycle then ' CYCLE' else '' end), ''
          from relations r join pg_sequence on seqrelid = r.oid where not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = r.oid and deptype = 'i')
        union all select 5, case prokind when 'p' then 'procedure' else 'function' end, p.oid::regprocedure::text, null, prosrc, pg_get_functiondef(p.oid), pg_get_functiondef(p.oid)
          from pg_proc p join spaces s on s.oid = pronamespace where prokind in ('f', 'p') and not exists (select from extended where classid = 'pg_proc'::regclass and objid = p.oid)
        union all select case when relispartition then 7 else 6 end, 'table', t.name, null, '', case when relispartition then format('CREATE TABLE %s PARTITION OF %s %s', t.name, (select p.name from pg_inherits join relations p on p.oid = inhparent where inhrelid = t.oid), pg_get_expr(relpartbound, t.oid))
                 || case when relkind = 'p' then ' PARTITION BY ' || pg_get_partkeydef(t.oid) else '' end else '' end, '' from tables t
        union all select 8, 'column', of || '.' || name, of, type || case when filled then ' not null' else '' end || case when attgenerated <> '' then ' generated ' else ' ' end || coalesce(value, '') || attidentity::text,
               format('ALTER TABLE %s ADD COLUMN %s %s', of, name, type) || case when attgenerated = 's' then format(' GENERATED ALWAYS AS (%s) STORED', value) when attgenerated = 'v' then format(' GENERATED ALWAYS AS (%s) VIRTUAL', value)
                 when attidentity <> '' then format(' GENERATED %s AS IDENTITY', case attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end) when value is not null then ' DEFAULT ' || value else '' end || case when filled then ' NOT NULL' else '' end,
               format('ALTER TABLE %s ALTER COLUMN %s TYPE %s', of, name, type) || case when attgenerated <> '' or attidentity <> '' then '' when value is null then format(', ALTER COLUMN %s DROP DEFAULT', name) else format(', ALTER COLUMN %s SET DEFAULT %s', name, value) end
                 || format(', ALTER COLUMN %s %s NOT NULL', name, case when filled then 'SET' else 'DROP' end)
          from columns
        union all select 9, 'view', name, null, '', format(E'CREATE %s %s AS\n%s', case relkind when 'm' then 'MATERIALIZED VIEW' else 'VIEW' end, name, trim(trailing ';' from pg_get_viewdef(oid))) || case relkind when 'm' then ' WITH NO DATA' else '' end, ''
          from relations where relkind in ('v', 'm')
        union all select 10, 'constraint', t.name || ' ' || quote_ident(conname), t.name, pg_get_constraintdef(c.oid), format('ALTER TABLE %s ADD CONSTRAINT %I %s', t.name, conname, pg_get_constraintdef(c.oid)), null
          from pg_constraint c join tables t on t.oid = conrelid where contype in ('p', 'u', 'x', 'c', 'f') and conislocal
        union all select 11, 'index', r.name, t.name, pg_get_indexdef(indexrelid), pg_get_indexdef(indexrelid), null
          from pg_index i join relations r on r.oid = indexrelid join relations t on t.oid = indrelid where not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x')) and r.relkind in ('i', 'I')
            and not exists (select from pg_inherits where inhrelid = indexrelid)
        union all select 12, 'trigger', t.name || ' ' || quote_ident(tgname), t.name, pg_get_triggerdef(g.oid), pg_get_triggerdef(g.oid), null from pg_trigger g join tables t on t.oid = tgrelid where not tgisinternal and tgparentid = 0
        order by 1, 3
        """;
}
