using Npgsql;
using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Compares the rows of every restored table with the rows counted in the dump: the proof that the data arrived.</summary>
internal sealed class RowCheck(RestoreOptions options, RestorePlan plan)
{
    /// <exception cref="Fault">A table does not have its rows.</exception>
    public async Task RunAsync(IReadOnlyList<TableRows> expected, IProgress<RestoreProgress> progress, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(options.Address.WithDatabase(plan.Target), token);
        var differences = await DifferencesAsync(connection, expected, done => progress.Report(new RestoreProgress("comparing rows", done, expected.Count, "tables")), token);
        if (differences.Count == 0) return;
        throw new Fault(plan.TargetExists ? FaultCode.TargetChanged : FaultCode.Verification, "the restored tables do not have the rows of the dump")
        {
            Where = $"database \"{plan.Target}\"",
            Why = string.Join("; ", differences.Take(10)) + (differences.Count > 10 ? $"; and {differences.Count - 10} more" : ""),
            Left = plan.TargetExists ? $"database \"{plan.Target}\" holds what was restored" : "the new database was dropped again; no other was touched",
            Next = plan.TargetExists && options.Mode == RestoreMode.Into ? "restore into a new database instead" : "tidemark verify, then restore another backup",
        };
    }

    /// <summary>One sentence for each difference; empty when every table has its rows.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(NpgsqlConnection connection, IReadOnlyList<TableRows> expected, Action<int> counted, CancellationToken token)
    {
        var shared = await SharedWithExtensionsAsync(connection, token);
        var differences = new List<string>();
        var done = 0;
        foreach (var table in expected)
        {
            if (await CountAsync(connection, table, token) is not { } rows) differences.Add($"table {table} is missing");
            // An extension's own table has rows before ours come.
            else if (shared.Contains((table.Schema, table.Table)) ? rows < table.Rows : rows != table.Rows) differences.Add($"table {table} has {rows} rows, the dump {table.Rows}");
            counted(++done);
        }
        return differences;
    }

    private static async Task<long?> CountAsync(NpgsqlConnection connection, TableRows table, CancellationToken token)
    {
        var name = table.Schema.Length == 0 ? SqlText.Identifier(table.Table) : SqlText.Identifier(table.Schema, table.Table);
        var kind = await connection.ScalarAsync<string?>($"select relkind::text from pg_class where oid = to_regclass({SqlText.Literal(name)})", token);
        if (kind is null) return null;
        // pg_dump copies each table without its children; a partitioned table named in a COPY stands for all of its partitions.
        // A big table takes as long as it takes.
        await using var count = new NpgsqlCommand($"set row_security = off; select count(*) from {(kind == "p" ? "" : "only ")}{name}", connection) { CommandTimeout = 0 };
        return (long)(await count.ExecuteScalarAsync(token))!;
    }

    private static async Task<HashSet<(string, string)>> SharedWithExtensionsAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
              join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
            """, connection);
        var tables = new HashSet<(string, string)>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) tables.Add((reader.GetString(0), reader.GetString(1)));
        return tables;
    }
}
