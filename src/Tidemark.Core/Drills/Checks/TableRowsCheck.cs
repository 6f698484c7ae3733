using Npgsql;
using Tidemark.Dumps;
using Tidemark.Restores;

namespace Tidemark.Drills.Checks;

/// <summary>Whether every table has the rows that were counted when the backup was taken.</summary>
internal static class TableRowsCheck
{
    private const string Name = "rows per table";

    /// <param name="connection">To the restored database.</param>
    /// <param name="expected">By the manifest; of a dump without one, as read.</param>
    /// <param name="counted">Told how many tables are done.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<DrillCheck> RunAsync(NpgsqlConnection connection, IReadOnlyList<TableRows> expected, Action<int> counted, CancellationToken token)
    {
        var differences = await RowCheck.DifferencesAsync(connection, expected, counted, token);
        var asked = $"{expected.Sum(table => table.Rows)} rows in {expected.Count} tables";
        return differences.Count == 0 ? DrillCheck.Passed(Name, asked, asked)
            : DrillCheck.Failed(Name, asked, $"{differences.Count} of {expected.Count} tables differ", string.Join("; ", differences.Take(10)) + (differences.Count > 10 ? $"; and {differences.Count - 10} more" : ""));
    }
}
