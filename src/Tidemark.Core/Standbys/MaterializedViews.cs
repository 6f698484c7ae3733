using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>Their rows do not travel.</summary>
internal static class MaterializedViews
{
    /// <returns>A sentence for each that could not be refreshed.</returns>
    public static async Task<IReadOnlyList<string>> RefreshAsync(NpgsqlConnection connection, CancellationToken token)
    {
        var left = (await connection.ColumnAsync("select format('%I.%I', schemaname, matviewname) from pg_matviews where schemaname !~ '^pg_'", token)).ToDictionary(view => view, _ => "", StringComparer.Ordinal);
        // One that reads another can be refreshed only after it: again, as long as that helps.
        for (var before = left.Count + 1; left.Count > 0 && left.Count < before;)
        {
            before = left.Count;
            foreach (var view in left.Keys.ToList())
                try
                {
                    await connection.ExecuteAsync($"refresh materialized view {view}", token);
                    left.Remove(view);
                }
                catch (PostgresException refused)
                {
                    left[view] = refused.MessageText;
                }
        }
        return [.. left.Select(pair => $"{pair.Key}: {pair.Value}")];
    }
}
