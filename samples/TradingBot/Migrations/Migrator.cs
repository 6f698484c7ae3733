using System.Reflection;
using Npgsql;

namespace TradingBot.Migrations;

/// <summary>Brings the database to the newest version: each script of this folder once, in the order of its number, all or nothing.</summary>
internal static class Migrator
{
    private const string Prefix = "0";

    public static async Task RunAsync(NpgsqlDataSource database, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        // Of several bots that start at once, one migrates and the others wait.
        await ExecuteAsync(connection, "select pg_advisory_xact_lock(70617); create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())", token);
        foreach (var name in Scripts())
            if (await InsertedAsync(connection, name, token)) await ExecuteAsync(connection, Script(name), token);
        await transaction.CommitAsync(token);
    }

    private static IEnumerable<string> Scripts() =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static string Script(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static async Task<bool> InsertedAsync(NpgsqlConnection connection, string name, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("insert into schema_migrations (name) values ($1) on conflict do nothing", connection) { Parameters = { new() { Value = name } } };
        return await command.ExecuteNonQueryAsync(token) == 1;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token);
    }
}
