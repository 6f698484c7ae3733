using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Drills.Checks;

/// <summary>Whether a table has as many rows by an index alone as from its first page to its last.</summary>
internal static class IndexCountCheck
{
    private const string Name = "index-only against sequential counts";

    private const string ByIndex = "set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_indexscan = on; set local enable_indexonlyscan = on";
    private const string ByTable = "set local enable_seqscan = on; set local enable_bitmapscan = off; set local enable_indexscan = off; set local enable_indexonlyscan = off";

    public static async Task<DrillCheck> RunAsync(NpgsqlConnection connection, CancellationToken token)
    {
        var tables = await connection.ColumnAsync("""
            select distinct c.oid::regclass::text from pg_class c join pg_index i on i.indrelid = c.oid join pg_class x on x.oid = indexrelid join pg_am a on a.oid = x.relam join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'm') and c.relpersistence <> 't' and c.relispopulated and amname = 'btree' and indisvalid and indpred is null and nspname !~ '^pg_' and nspname <> 'information_schema' order by 1
            """, token);
        var (compared, differing) = (0, new List<string>());
        await using var transaction = await connection.BeginTransactionAsync(token);
        await connection.ExecuteAsync("set local row_security = off", token);
        foreach (var table in tables)
        {
            await connection.ExecuteAsync(ByIndex, token);
            var count = $"select count(*) from only {table}";
            // Where the planner sees another way all the same, nothing would be compared.
            if (!(await connection.ColumnAsync($"explain {count}", token)).Any(line => line.Contains("Index Only Scan", StringComparison.Ordinal))) continue;
            var byIndex = await connection.ScalarAsync<long>(count, token);
            await connection.ExecuteAsync(ByTable, token);
            var byTable = await connection.ScalarAsync<long>(count, token);
            compared++;
            if (byIndex != byTable) differing.Add($"table {table} has {byTable} rows, and {byIndex} by an index");
        }
        var all = $"{compared} tables equal";
        return differing.Count == 0 ? DrillCheck.Passed(Name, all, all) : DrillCheck.Failed(Name, all, $"{differing.Count} differ", string.Join("; ", differing.Take(10)));
    }
}
