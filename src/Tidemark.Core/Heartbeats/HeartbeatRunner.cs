using Npgsql;
using Tidemark.Configuration;
using Tidemark.Postgres;

namespace Tidemark.Heartbeats;

/// <summary>Writes a row that proves that the database takes writes, and that others can watch for.</summary>
internal static class HeartbeatRunner
{
    /// <param name="address">The database.</param>
    /// <param name="table">Table and column names, as PostgreSQL stores them; the table may carry a schema.</param>
    /// <param name="type">Value of the type column.</param>
    /// <param name="message">Value of the message column.</param>
    /// <param name="create">Make the table when it is missing.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<DateTimeOffset> RunAsync(DatabaseAddress address, HeartbeatOptions table, string type, string message, bool create, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        var (name, typeColumn, messageColumn, timeColumn) = (string.Join('.', table.Table.Split('.', 2).Select(SqlText.Identifier)), SqlText.Identifier(table.TypeColumn), SqlText.Identifier(table.MessageColumn), SqlText.Identifier(table.TimeColumn));
        if (create)
            await connection.ExecuteAsync($"create table if not exists {name} (id bigint generated always as identity primary key, {typeColumn} text not null, {messageColumn} text not null, {timeColumn} timestamptz not null default now())", token);
        try
        {
            await using var command = new NpgsqlCommand($"insert into {name} ({typeColumn}, {messageColumn}, {timeColumn}) values ($1, $2, now()) returning now()", connection)
            { Parameters = { new() { Value = type }, new() { Value = message } } };
            return (DateTime)(await command.ExecuteScalarAsync(token))!;
        }
        catch (PostgresException refused)
        {
            throw new Fault(FaultCode.Failed, "the heartbeat row could not be written", refused)
            {
                Where = $"table {name}",
                Why = refused.MessageText,
                Next = refused.SqlState == PostgresErrorCodes.UndefinedTable ? "add --create-table, or set HEARTBEAT_TABLE" : "check the table's columns and the role's rights on it",
            };
        }
    }
}
