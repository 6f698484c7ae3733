using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>What is tied to the live database itself and would break, or break the swap: named before anything is done.</summary>
internal static class SwapBlockers
{
    public static Task<IReadOnlyList<string>> FindAsync(NpgsqlConnection connection, string database, CancellationToken token)
    {
        var name = SqlText.Literal(database);
        return connection.ColumnAsync($"""
            select 'prepared transaction ' || quote_literal(gid) || ' (COMMIT PREPARED or ROLLBACK PREPARED it)' from pg_prepared_xacts where database = {name}
            union all
            select 'logical replication slot ' || slot_name || ' (it would go on reading the old database; drop it and let its consumer start anew)' from pg_replication_slots where database = {name}
            union all
            select 'subscription ' || quote_ident(subname) || ' (ALTER SUBSCRIPTION, DISABLE, SET (slot_name = NONE), DROP)' from pg_subscription s join pg_database d on d.oid = s.subdbid where d.datname = {name}
            order by 1
            """, token);
    }
}
