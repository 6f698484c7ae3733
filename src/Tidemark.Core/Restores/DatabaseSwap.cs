using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Gives the name of one database to another and keeps the first under a new name. Nothing is ever dropped.</summary>
/// <remarks>
/// 1. the record, on disk · 2. the old database takes no new connections (committed) · 3. sessions of both are ended ·
/// 4. one transaction: both renames, the old one's properties to the new one, connections allowed again · 5. the record says so.
/// Whatever ends it in between, <see cref="SwapSettlement"/> finds by the OIDs how far it came, at once or at the next start.
/// </remarks>
internal sealed class DatabaseSwap(DatabaseAddress address, SwapJournal journal)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="record">Phase Prepared, with the names and OIDs of both.</param>
    /// <param name="carry">Give the old one's properties to the new one; false to leave each its own (undo).</param>
    /// <param name="token">Until the renames begin; after that the swap is finished.</param>
    public async Task<SwapRecord> RunAsync(SwapRecord record, bool carry, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(address, token);
        journal.Write(record);
        var done = record with { Phase = SwapPhase.Swapped };
        try
        {
            await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.Database)} allow_connections false", token);
            await RenameWhenAloneAsync(connection, record, carry, token);
            journal.Write(done);
            return done;
        }
        catch (Exception failed)
        {
            // Not by this connection: it may be the one that broke, with the answer to COMMIT on its way.
            if (await new SwapSettlement(address, journal).TrySettleAsync(record, CancellationToken.None) is not { } settled) throw Unsettled(record, failed);
            if (settled.Swapped) return done;
            throw failed is Fault or OperationCanceledException ? failed : NotSwapped(record, failed);
        }
    }

    private static async Task RenameWhenAloneAsync(NpgsqlConnection connection, SwapRecord record, bool carry, CancellationToken token)
    {
        // pg_terminate_backend(pid, timeout) is 14 and later; asking again until nobody is left serves all. The server paces the loop.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        PostgresException? busy = null;
        while (true)
        {
            await EndSessionsAsync(connection, record, busy, patience.Token, token);
            var blockers = await SwapBlockers.FindAsync(connection, record.Database, token);
            if (blockers.Count > 0)
                throw new Fault(FaultCode.Refused, $"database \"{record.Database}\" cannot be swapped") { Where = $"database \"{record.Database}\"", Why = string.Join("; ", blockers), Left = AsItWas(record), Next = "resolve what is named above, then try again" };
            try
            {
                await RenameAsync(connection, record, carry, token);
                return;
            }
            catch (PostgresException inUse) when (inUse.SqlState == PostgresErrorCodes.ObjectInUse)
            {
                // Somebody was between the door and pg_stat_activity.
                busy = inUse;
            }
        }
    }

    private static async Task EndSessionsAsync(NpgsqlConnection connection, SwapRecord record, PostgresException? busy, CancellationToken patience, CancellationToken token)
    {
        // Autovacuum makes way by itself, and only superusers may end it.
        var end = $"""
            select count(pg_terminate_backend(pid)) from pg_stat_activity
             where datname in ({SqlText.Literal(record.Database)}, {SqlText.Literal(record.NewName)}) and pid <> pg_backend_pid() and backend_type <> 'autovacuum worker'
            """;
        try
        {
            patience.ThrowIfCancellationRequested();
            while (await connection.ScalarAsync<long>(end, patience) > 0) await connection.ExecuteAsync("select pg_sleep(0.05)", patience);
        }
        catch (Exception waited) when (waited is (OperationCanceledException or PostgresException) && !token.IsCancellationRequested)
        {
            throw new Fault(FaultCode.Failed, "sessions of the database could not be ended", waited)
            {
                Where = $"\"{record.Database}\", \"{record.NewName}\"",
                Why = waited is PostgresException refused ? refused.MessageText : busy?.Detail ?? busy?.MessageText ?? $"some were still there after {Patience.TotalSeconds} s",
                Left = AsItWas(record),
                Next = "GRANT pg_signal_backend to the role, or stop the application first (BACKUP_HOOK_BEFORE_SWAP)",
            };
        }
    }

    private static async Task RenameAsync(NpgsqlConnection connection, SwapRecord record, bool carry, CancellationToken token)
    {
        var roles = await connection.RoleNamesAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        // Read now, when nobody can be changing it but other administrators.
        var old = carry ? await DatabaseFactsReader.ReadAsync(connection, DatabaseConnection.Version(connection), record.Database, token) : null;
        await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.Database)} rename to {SqlText.Identifier(record.Kept)}", token);
        await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.NewName)} rename to {SqlText.Identifier(record.Database)}", token);
        if (await connection.ScalarAsync<long>($"select count(*) from pg_database where (oid = {record.OldOid} and datname = {SqlText.Literal(record.Kept)}) or (oid = {record.NewOid} and datname = {SqlText.Literal(record.Database)})", token) != 2)
            throw new Fault(FaultCode.Failed, $"database \"{record.Database}\" was replaced by somebody else meanwhile") { Where = $"database \"{record.Database}\" on {record.Server}", Left = AsItWas(record), Next = "look which database is which, then try again" };
        foreach (var statement in old is null ? [] : DatabaseProperties.Statements(record.Database, old, roles)) await connection.ExecuteAsync(statement, token);
        await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.Kept)} allow_connections {(record.OldAllowedConnections ? "true" : "false")}", token);
        await connection.ExecuteAsync($"alter database {SqlText.Identifier(record.Database)} allow_connections true", token);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static string AsItWas(SwapRecord record) => $"nothing was renamed: \"{record.Database}\" is as it was and takes connections, \"{record.NewName}\" stands beside it";

    private static Fault NotSwapped(SwapRecord record, Exception failed) => new(FaultCode.Failed, "the swap did not come about", failed)
    {
        Where = $"database \"{record.Database}\"",
        Why = failed is PostgresException refused ? $"{refused.MessageText}{(refused.Detail is null ? "" : $": {refused.Detail}")}" : failed.Message,
        Left = AsItWas(record),
        Next = "mend the cause above, then try again",
    };

    private static Fault Unsettled(SwapRecord record, Exception failed) => new(FaultCode.TargetChanged, "the swap was broken off, and the server cannot be asked how far it came", failed)
    {
        Where = $"database \"{record.Database}\" on {record.Server}",
        Why = failed is Fault fault ? fault.Why ?? fault.What : failed.Message,
        Left = $"either nothing is renamed and \"{record.Database}\" may still refuse connections, or it is the new one and the old one is \"{record.Kept}\"; no database is lost",
        Next = "when the server can be reached: tidemark restore latest --dry-run, which first sets this right and tells",
    };
}
