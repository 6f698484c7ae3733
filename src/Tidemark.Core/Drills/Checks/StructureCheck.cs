using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Drills.Checks;

/// <summary>PostgreSQL's own amcheck over every B-tree, compared with its table, and from 14 on over every table.</summary>
internal static class StructureCheck
{
    private const string Name = "amcheck";

    // In a transaction that is rolled back: the extension leaves no trace in what the user's own checks see.
    public static async Task<DrillCheck> RunAsync(NpgsqlConnection connection, ServerVersion server, CancellationToken token)
    {
        if (!await connection.ScalarAsync<bool>("select exists (select from pg_available_extensions where name = 'amcheck')", token)) return DrillCheck.Remark(Name, "the extension amcheck is not installed on this server (Debian: postgresql-contrib)");
        await using var transaction = await connection.BeginTransactionAsync(token);
        try
        {
            if (!await connection.ScalarAsync<bool>("select exists (select from pg_extension where extname = 'amcheck')", token))
                await connection.ExecuteAsync("create schema tidemark_amcheck; create extension amcheck schema tidemark_amcheck", token);
        }
        catch (PostgresException denied) when (denied.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return DrillCheck.Remark(Name, $"the role may not make the extension amcheck: {denied.MessageText}");
        }
        var schema = SqlText.Identifier(await connection.ScalarAsync<string>("select nspname::text from pg_extension e join pg_namespace n on n.oid = extnamespace where extname = 'amcheck'", token));
        // Other sessions' temporary tables cannot be read; unlogged and partitioned ones have what amcheck reads, or are no storage.
        var indexes = await connection.ColumnAsync("""
            select c.oid::regclass::text from pg_index i join pg_class c on c.oid = indexrelid join pg_am a on a.oid = relam
             where amname = 'btree' and relkind = 'i' and relpersistence <> 't' and indisvalid and indisready order by 1
            """, token);
        var tables = server.Major < 14 ? [] : await connection.ColumnAsync("select oid::regclass::text from pg_class where relkind in ('r', 'm', 't') and relpersistence <> 't' and relam = (select oid from pg_am where amname = 'heap') order by 1", token);
        var all = $"{indexes.Count} indexes, {tables.Count} tables whole";
        foreach (var index in indexes)
        {
            try
            {
                await connection.ExecuteAsync($"select {schema}.bt_index_check({SqlText.Literal(index)}::regclass, true)", token);
            }
            catch (PostgresException damaged) when (damaged.SqlState is PostgresErrorCodes.IndexCorrupted or PostgresErrorCodes.DataCorrupted)
            {
                return DrillCheck.Failed(Name, all, $"index {index} is damaged", $"index {index}: {damaged.MessageText}");
            }
        }
        foreach (var table in tables)
            if (await connection.ScalarAsync<string?>($"select format('block %s: %s', blkno, msg) from {schema}.verify_heapam({SqlText.Literal(table)}::regclass) limit 1", token) is { } finding)
                return DrillCheck.Failed(Name, all, $"table {table} is damaged", $"table {table}, {finding}");
        return DrillCheck.Passed(Name, all, all);
    }
}
