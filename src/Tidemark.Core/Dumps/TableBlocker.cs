using Npgsql;

namespace Tidemark.Dumps;

/// <summary>Who has, or stands in line for, the one lock that pg_dump's ACCESS SHARE waits for.</summary>
/// <param name="Process">The server process to look at, or to end.</param>
/// <param name="Words">One sentence.</param>
internal sealed record TableBlocker(int Process, string Words)
{
    // State and times of other roles' sessions are shown to members of pg_read_all_stats only.
    private const string Query = """
        select l.pid, l.relation::pg_catalog.regclass::text || case when l.granted then ' is locked by process ' else ' is wanted by process ' end || l.pid
               || coalesce(' of role ' || a.usename, '') || coalesce(nullif(' (' || a.application_name || ')', ' ()'), '') || coalesce(', ' || a.state, '')
               || coalesce(', its transaction began ' || to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '')
               || case when l.granted then '' else ', which waits for process ' || array_to_string(pg_blocking_pids(l.pid), ', ') end
          from pg_locks l left join pg_stat_activity a using (pid)
         where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.database = (select oid from pg_database where datname = current_database())
           and exists (select from pg_class c where c.oid = l.relation and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S') and c.relpersistence <> 't')
         order by not l.granted, a.xact_start
         limit 5
        """;

    /// <summary>The first few: holders before those who wait, the longest first.</summary>
    public static async Task<IReadOnlyList<TableBlocker>> FindAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        var blockers = new List<TableBlocker>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) blockers.Add(new TableBlocker(reader.GetInt32(0), reader.GetString(1)));
        return blockers;
    }
}
