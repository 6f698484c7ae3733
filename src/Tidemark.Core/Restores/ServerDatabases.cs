using System.Text.RegularExpressions;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>The databases of a server that are worth a backup: not those that restores made.</summary>
/// <param name="Names">Sorted.</param>
/// <param name="LeftOut">What a restore or an undo made or kept.</param>
internal sealed partial record ServerDatabases(IReadOnlyList<string> Names, IReadOnlyList<string> LeftOut)
{
    public static async Task<ServerDatabases> ReadAsync(DatabaseAddress address, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        var all = await connection.ColumnAsync("select datname::text from pg_database where datallowconn and not datistemplate and has_database_privilege(oid, 'connect') order by 1", token);
        var ours = all.Where(name => Ours().IsMatch(name)).ToList();
        return new ServerDatabases([.. all.Except(ours)], ours);
    }

    /// <summary>Whether there is a database of this name, whosever it is.</summary>
    public static async Task<bool> HasAsync(DatabaseAddress address, string name, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        return await connection.ScalarAsync<bool>($"select exists (select from pg_database where datname = {SqlText.Literal(name)})", token);
    }

    /// <summary>The names that a restore gives: to what it restores, and to what it or an undo keeps.</summary>
    [GeneratedRegex(@"_(restored|before|undone)_\d{14}(_\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Ours();
}
