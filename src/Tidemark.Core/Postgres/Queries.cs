using System.Text;
using Npgsql;

namespace Tidemark.Postgres;

/// <summary>The two shapes that most of our questions have: one value, one column of text.</summary>
/// <remarks>No time limit of their own: a count over a large table takes what it takes, and Ctrl-C cancels it.</remarks>
internal static class Queries
{
    public static async Task<T> ScalarAsync<T>(this NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(token) is { } value and not DBNull ? (T)value : default!;
    }

    /// <summary>Tells servers apart; a copy of a server has the same one.</summary>
    public static Task<string> SystemIdentifierAsync(this NpgsqlConnection connection, CancellationToken token) =>
        connection.ScalarAsync<string>("select system_identifier::text from pg_control_system()", token);

    /// <summary>Where the server keeps its data, when that is a folder of this machine. Only some roles may ask; null otherwise.</summary>
    public static async Task<string?> DataFolderAsync(this NpgsqlConnection connection, DatabaseAddress address, CancellationToken token) =>
        !address.Places.All(place => place.IsHere) ? null
            : await connection.ScalarAsync<string?>("select case when pg_has_role('pg_read_all_settings', 'member') then current_setting('data_directory') end", token);

    /// <summary>Names are read byte by byte: one database or role whose name is not UTF-8 must not keep all others from being restored.</summary>
    public static async Task<IReadOnlyList<string>> ColumnAsync(this NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        var values = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) values.Add(Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(0)));
        return values;
    }

    /// <summary>Every database of the server, templates included.</summary>
    public static async Task<IReadOnlySet<string>> DatabaseNamesAsync(this NpgsqlConnection connection, CancellationToken token) =>
        (await connection.ColumnAsync("select datname::text from pg_database", token)).ToHashSet(StringComparer.Ordinal);

    public static async Task<IReadOnlySet<string>> RoleNamesAsync(this NpgsqlConnection connection, CancellationToken token) =>
        (await connection.ColumnAsync("select rolname::text from pg_roles", token)).ToHashSet(StringComparer.Ordinal);

    public static async Task ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(token);
    }
}
