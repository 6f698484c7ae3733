using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Gives the name of one database to another and keeps the first under a new name. Nothing is ever dropped.</summary>
/// <remarks>
/// 1. the record, on disk · 2. the old database takes no new connections (committed) · 3. sessions of both are ended ·
/// 4. one transaction: both renames, the old one's properties to the new one, connections allowed again · 5. the record says so.
/// Killed before 4, <see cref="RepairAsync"/> opens the old database again; killed after 4, it completes the record.
/// </remarks>
internal sealed class DatabaseSwap(DatabaseAddress address, SwapJournal journal)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="record">Phase Prepared, with the names and OIDs of both.</param>
    /// <param name="carry">The properties that the new database is given; null to leave its own (undo).</param>
    /// <param name="token">Until the renames begin; after that the swap is finished.</param>
    public async Task<SwapRecord> RunAsync(SwapRecord record, DatabaseFacts? carry, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(address, token);
        journal.Write(record);
        try
        {
            await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.Database)} allow_connections false", token);
            await EndSessionsAsync(connection, [record.Database, record.NewName], token);
            await RenameAsync(connection, record, carry, token);
        }
        catch
        {
            // The old database must not stay closed because the swap did not come about.
            await ReopenAsync(connection, record);
            throw;
        }
        var done = record with { Phase = SwapPhase.Swapped };
        journal.Write(done);
        return done;
    }

    /// <summary>Sets right what a killed swap left. Returns a sentence when there was something.</summary>
    public async Task<string?> RepairAsync(SwapRecord record, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(address, token);
        if (await connection.ScalarAsync<string>("select system_identifier::text from pg_control_system()", token) != record.SystemIdentifier) return null;
        var name = await connection.ScalarAsync<string?>($"select datname::text from pg_database where oid = {record.OldOid}", token);
        if (name == record.Kept)
        {
            journal.Write(record with { Phase = SwapPhase.Swapped });
            return $"completed the record of a swap whose run was ended: \"{record.Database}\" is the restored database, the old one is kept as \"{record.Kept}\"";
        }
        await ReopenAsync(connection, record);
        return $"a swap of \"{record.Database}\" was ended before its renames: the database is as it was and takes connections; the restored copy is still \"{record.NewName}\"";
    }

    private static async Task RenameAsync(NpgsqlConnection connection, SwapRecord record, DatabaseFacts? carry, CancellationToken token)
    {
        var roles = (await connection.ColumnAsync("select rolname::text from pg_roles", token)).ToHashSet(StringComparer.Ordinal);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.Database)} rename to {SqlText.Identifier(record.Kept)}", token);
        await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.NewName)} rename to {SqlText.Identifier(record.Database)}", token);
        foreach (var statement in carry is null ? [] : DatabaseProperties.Statements(record.Database, carry, roles)) await connection.ExecuteAsync(statement, token);
        await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.Kept)} allow_connections {(record.OldAllowedConnections ? "true" : "false")}", token);
        await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.Database)} allow_connections true", token);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static async Task EndSessionsAsync(NpgsqlConnection connection, string[] databases, CancellationToken token)
    {
        var names = string.Join(", ", databases.Select(SqlText.Literal));
        // pg_terminate_backend(pid, timeout) is 14 and later; asking again until nobody is left serves all. The server paces the loop.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        try
        {
            while (await connection.ScalarAsync<long>($"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname in ({names}) and pid <> pg_backend_pid() and backend_type = 'client backend'", patience.Token) > 0)
                await connection.ExecuteAsync("select pg_sleep(0.05)", patience.Token);
        }
        catch (Exception waited) when (waited is OperationCanceledException or PostgresException && !token.IsCancellationRequested)
        {
            throw new Fault(FaultCode.Failed, "sessions of the database could not be ended", waited)
            {
                Where = string.Join(", ", databases),
                Why = waited is PostgresException refused ? refused.MessageText : $"some were still there after {Patience.TotalSeconds} s",
                Left = "nothing was renamed; the live database is as it was, the restored copy stands beside it",
                Next = "GRANT pg_signal_backend to the role, or stop the application first (--before-swap)",
            };
        }
    }

    private async Task ReopenAsync(NpgsqlConnection connection, SwapRecord record)
    {
        if (record.OldAllowedConnections)
            await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.Database)} allow_connections true", CancellationToken.None);
        journal.Remove(record);
    }
}
