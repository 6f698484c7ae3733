using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Dumps;

/// <summary>pg_dump stops at the first table it may not read, sometimes after an hour; this asks for all of them before it starts.</summary>
internal static class ReadableTables
{
    private const int Named = 10;

    /// <summary>What an extension keeps for itself is left out: pg_dump does not read it either.</summary>
    public static async Task RequireAsync(NpgsqlConnection connection, ServerVersion server, CancellationToken token)
    {
        var unreadable = await NamesAsync(connection, """
            select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p', 'S') and c.relpersistence <> 't' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
               and not (has_schema_privilege(n.oid, 'usage') and case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'select') else has_table_privilege(c.oid, 'select') end)
               and not exists (select from pg_depend d join pg_extension e on e.oid = d.refobjid
                                where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
                                  and not (c.oid = any (coalesce(e.extconfig, '{}'))))
             order by 1
            """, token);
        if (unreadable.Count > 0)
            throw new Fault(FaultCode.AccessDenied, $"the role may not read {unreadable.Count} of the tables and sequences, so no complete dump can be taken")
            {
                Where = string.Join(", ", unreadable.Take(Named)) + (unreadable.Count > Named ? ", …" : ""),
                Why = $"role {connection.UserName} lacks SELECT",
                Next = server.Major >= 14 ? $"GRANT pg_read_all_data TO {SqlText.Identifier(connection.UserName ?? "")};"
                    : $"GRANT USAGE ON SCHEMA … and GRANT SELECT ON ALL TABLES IN SCHEMA …, ALL SEQUENCES IN SCHEMA … TO {SqlText.Identifier(connection.UserName ?? "")};",
            };
        var filtered = await NamesAsync(connection, """
            select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p') and c.relrowsecurity and row_security_active(c.oid) order by 1
            """, token);
        if (filtered.Count > 0)
            throw new Fault(FaultCode.AccessDenied, "row-level security hides rows from this role, so no complete dump can be taken")
            {
                Where = string.Join(", ", filtered.Take(Named)) + (filtered.Count > Named ? ", …" : ""),
                Why = $"role {connection.UserName} has no BYPASSRLS",
                Next = $"ALTER ROLE {SqlText.Identifier(connection.UserName ?? "")} BYPASSRLS; (as a superuser), or back up as another role",
            };
    }

    private static async Task<List<string>> NamesAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) names.Add(reader.GetString(0));
        return names;
    }
}
