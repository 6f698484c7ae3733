using Npgsql;
using Tidemark.Configuration;
using Tidemark.Postgres;

namespace Tidemark.Heartbeats;

/// <summary>Looks for the newest heartbeat, whoever wrote it.</summary>
internal static class HeartbeatReader
{
    private const int Seconds = 10;

    /// <param name="address">The database.</param>
    /// <param name="table">Table and column names, as PostgreSQL stores them.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">7: the server cannot be reached, or the table not be read.</exception>
    public static async Task<HeartbeatSighting> ReadAsync(DatabaseAddress address, HeartbeatOptions table, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        var (name, time) = (string.Join('.', table.Table.Split('.', 2).Select(SqlText.Identifier)), SqlText.Identifier(table.TimeColumn));
        try
        {
            // The server's clock against the server's clock. A row of the future, from a wrong one, would hide that none come any more.
            await using var command = new NpgsqlCommand($"select extract(epoch from now() - max({time}))::float8, max({time})::timestamptz from {name} where {time} <= now() + interval '1 minute'", connection) { CommandTimeout = Seconds };
            await using var reader = await command.ExecuteReaderAsync(token);
            return !await reader.ReadAsync(token) || reader.IsDBNull(0) ? new HeartbeatSighting(true, null)
                : new HeartbeatSighting(true, TimeSpan.FromSeconds(Math.Max(0, reader.GetDouble(0))), reader.GetFieldValue<DateTimeOffset>(1));
        }
        catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return new HeartbeatSighting(false, null);
        }
        catch (NpgsqlException failed)
        {
            throw new Fault(FaultCode.Unreachable, "the heartbeats could not be read", failed) { Where = $"table {name}", Why = (failed as PostgresException)?.MessageText ?? failed.InnerException?.Message ?? failed.Message, Next = "tidemark heartbeat" };
        }
    }
}

/// <summary>What a look for heartbeats found.</summary>
/// <param name="Exists">The table is there.</param>
/// <param name="Age">Of the newest row, by the server's clock; null: there is none.</param>
/// <param name="Newest">When that row was written, by its own word.</param>
internal sealed record HeartbeatSighting(bool Exists, TimeSpan? Age, DateTimeOffset? Newest = null);
