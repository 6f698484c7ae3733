using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Tables that hold rows already: rows of a dump would come on top of them.</summary>
internal static class FilledTables
{
    public static async Task<IReadOnlyList<string>> FindAsync(DatabaseAddress address, IReadOnlyList<(string Schema, string Table)> tables, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        var filled = new List<string>();
        foreach (var (schema, table) in tables)
        {
            var name = SqlText.Identifier(schema, table);
            if (await connection.ScalarAsync<string?>($"select relkind::text from pg_class where oid = to_regclass({SqlText.Literal(name)})", token) is null) continue;
            if (await connection.ScalarAsync<bool>($"set row_security = off; select exists (select from only {name})", token)) filled.Add(new TableRows(schema, table, 0).ToString());
        }
        return filled;
    }
}
