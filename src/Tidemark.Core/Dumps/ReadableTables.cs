using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Dumps;

/// <summary>pg_dump stops at the first table it may not read, sometimes after an hour; this asks for all of them before it starts.</summary>
internal static class ReadableTables
{
    private const int Named = 10;

    /// <summary>Tables and sequences that the role may not read. What an extension keeps for itself is left out: pg_dump does not read it either.</summary>
    public static async Task<IReadOnlyList<UnreadableRelation>> UnreadableAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select * from (
                select quote_ident(n.nspname), quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relkind = 'S', has_schema_privilege(n.oid, 'usage'),
                       case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'select') else has_table_privilege(c.oid, 'select') end
                  from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where c.relkind in ('r', 'p', 'S') and c.relpersistence <> 't' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
                   and not exists (select from pg_depend d join pg_extension e on e.oid = d.refobjid
                                    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
                                      and not (c.oid = any (coalesce(e.extconfig, '{}'))))) r (schema, name, is_sequence, may_enter, may_read)
             where not (may_enter and may_read) order by name
            """, connection);
        var relations = new List<UnreadableRelation>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) relations.Add(new(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetBoolean(4)));
        return relations;
    }

    /// <summary>Tables of which row-level security may hide rows from the role: pg_dump refuses them.</summary>
    public static Task<IReadOnlyList<string>> FilteredAsync(NpgsqlConnection connection, CancellationToken token) => connection.ColumnAsync("""
        select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and c.relrowsecurity and row_security_active(c.oid) order by 1
        """, token);

    public static async Task RequireAsync(NpgsqlConnection connection, ServerVersion server, CancellationToken token)
    {
        var unreadable = await UnreadableAsync(connection, token);
        if (unreadable.Count > 0)
            throw new Fault(FaultCode.AccessDenied, $"the role may not read {unreadable.Count} of the tables and sequences, so no complete dump can be taken")
            {
                Where = Some(unreadable.Select(relation => relation.Name)),
                Why = $"role {connection.UserName} lacks SELECT",
                Next = server.Major >= 14 ? $"GRANT pg_read_all_data TO {SqlText.Identifier(connection.UserName ?? "")};"
                    : $"GRANT USAGE ON SCHEMA … and GRANT SELECT ON ALL TABLES IN SCHEMA …, ALL SEQUENCES IN SCHEMA … TO {SqlText.Identifier(connection.UserName ?? "")};",
            };
        var filtered = await FilteredAsync(connection, token);
        if (filtered.Count > 0)
            throw new Fault(FaultCode.AccessDenied, "row-level security hides rows from this role, so no complete dump can be taken")
            {
                Where = Some(filtered),
                Why = $"role {connection.UserName} has no BYPASSRLS",
                Next = $"ALTER ROLE {SqlText.Identifier(connection.UserName ?? "")} BYPASSRLS; (as a superuser), or back up as another role",
            };
    }

    private static string Some(IEnumerable<string> names) => string.Join(", ", names.Take(Named + 1).Select((name, at) => at < Named ? name : "…"));
}

/// <summary>A table or sequence that the role may not read; both names as SQL wants them written.</summary>
internal sealed record UnreadableRelation(string Schema, string Name, bool IsSequence, bool MayEnterSchema, bool MayRead);
