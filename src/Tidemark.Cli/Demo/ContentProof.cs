using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Cli.Demo;

/// <summary>Says whether two databases hold the same: the server hashes every row of every table and view.</summary>
internal static class ContentProof
{
    public static async Task<IReadOnlyList<TableContent>> TakeAsync(DatabaseAddress address, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        var names = await connection.ColumnAsync("""
            select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') order by 1
            """, token);
        var contents = new List<TableContent>();
        foreach (var name in names)
        {
            // Sorted by their own hashes, so that the order in which rows lie on disk plays no part.
            await using var command = new NpgsqlCommand($"""
                select count(*), encode(sha256(coalesce(string_agg(hash, '' order by hash), '')::bytea), 'hex')
                  from (select md5(t::text) as hash from {SqlText.Identifier(name)} t) rows
                """, connection);
            await using var reader = await command.ExecuteReaderAsync(token);
            await reader.ReadAsync(token);
            contents.Add(new TableContent(name, reader.GetInt64(0), reader.GetString(1)));
        }
        return contents;
    }

    /// <summary>Every table of either side, by name.</summary>
    public static IReadOnlyList<TableComparison> Compare(IReadOnlyList<TableContent> then, IReadOnlyList<TableContent> now) =>
        [.. then.Concat(now).Select(table => table.Name).Distinct().Order(StringComparer.Ordinal)
            .Select(name => new TableComparison(name, then.FirstOrDefault(table => table.Name == name), now.FirstOrDefault(table => table.Name == name)))];

    /// <summary>At least one table, and each is the same: an empty comparison proves nothing.</summary>
    public static bool Holds(IReadOnlyList<TableComparison> comparison) => comparison.Count > 0 && comparison.All(table => table.Same);
}
