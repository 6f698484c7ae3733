using Npgsql;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Takes back the last swap of a database: the kept one gets its name again, the restored one is kept as <c>…_undone_…</c>.</summary>
internal sealed class UndoRunner(DatabaseAddress address, SwapJournal journal, TimeProvider clock)
{
    public async Task<SwapRecord> RunAsync(string runId, string? productionSaidBy, bool force, string? confirm, CancellationToken token)
    {
        var (swap, kept, live) = await FindAsync(ToUndo, "tidemark restore latest", token);
        IReadOnlySet<string> databases;
        await using (var connection = await MaintenanceConnection.OpenAsync(address, token))
        {
            databases = await connection.DatabaseNamesAsync(token);
            var serverSays = await ProductionGuard.ServerSaysAsync(connection, address, [swap.Database], token);
            if (ProductionGuard.Judge(swap.Database, productionSaidBy, serverSays, force, confirm).Refusal is { } refusal) throw refusal;
            var blockers = await SwapBlockers.FindAsync(connection, swap.Database, token);
            if (blockers.Count > 0)
                throw new Fault(FaultCode.Refused, $"database \"{swap.Database}\" cannot be swapped back yet") { Where = $"database \"{swap.Database}\"", Why = string.Join("; ", blockers), Next = "resolve what is named above, then try again" };
        }
        var now = clock.GetUtcNow();
        var back = new SwapRecord
        {
            Id = runId,
            Phase = SwapPhase.Prepared,
            At = now,
            Server = swap.Server,
            SystemIdentifier = swap.SystemIdentifier,
            Database = swap.Database,
            OldOid = live.Oid,
            Kept = DatabaseCreation.FreeName(swap.Database, "undone", now, databases),
            OldAllowedConnections = live.AllowsConnections,
            NewOid = kept.Oid,
            NewName = kept.Name,
            Undoes = swap.Id,
        };
        return await new DatabaseSwap(address, journal).RunAsync(back, carry: false, token);
    }

    /// <summary>Drops a database that a swap or an undoing kept, the newest unless another is confirmed; the name must be confirmed, since this is the one step that cannot be taken back.</summary>
    public async Task<SwapRecord> ForgetAsync(string? productionSaidBy, bool force, string? confirm, CancellationToken token)
    {
        var (swap, kept, _) = await FindAsync(system => ToForget(system, confirm), "tidemark status", token);
        await using var connection = await MaintenanceConnection.OpenAsync(address, token);
        // The kept one was the live one: what the server says of either holds for it.
        var serverSays = await ProductionGuard.ServerSaysAsync(connection, address, [swap.Database, kept.Name], token);
        if (ProductionGuard.Judge(kept.Name, productionSaidBy, serverSays, force, confirm).Refusal is { } refusal) throw refusal;
        if (confirm != kept.Name)
            throw new Fault(FaultCode.Refused, $"dropping \"{kept.Name}\" cannot be undone")
            {
                Where = $"database \"{kept.Name}\"",
                Why = confirm is null ? "--confirm was not given" : $"--confirm says \"{confirm}\"",
                Next = $"tidemark undo --forget --confirm {ShellWord.Quote(kept.Name)}",
            };
        try
        {
            await connection.ExecuteAsync($"drop database {SqlText.Identifier(kept.Name)}", token);
        }
        catch (PostgresException refused)
        {
            throw new Fault(FaultCode.Failed, $"\"{kept.Name}\" could not be dropped", refused) { Where = $"database \"{kept.Name}\"", Why = refused.MessageText + (refused.Detail is null ? "" : $": {refused.Detail}"), Next = "end the sessions that use it, then try again" };
        }
        var forgotten = swap with { Phase = SwapPhase.Forgotten };
        journal.Write(forgotten);
        return forgotten;
    }

    private SwapRecord ToUndo(string system) => journal.Latest(system, address.Database) ?? throw new Fault(FaultCode.NotFound, $"no swap of \"{address.Database}\" is left to undo")
    {
        Where = address.ToString(),
        Why = "only swaps that were made from this backup folder are known, and each can be undone once",
        Next = "tidemark restore latest",
    };

    private SwapRecord ToForget(string system, string? confirm)
    {
        var kept = journal.Standing().Where(record => record.SystemIdentifier == system && record.Database == address.Database).ToList();
        return kept.FirstOrDefault(record => record.Kept == confirm) ?? kept.FirstOrDefault() ?? throw new Fault(FaultCode.NotFound, $"no kept database of \"{address.Database}\" is left to forget")
        {
            Where = address.ToString(),
            Why = "only swaps that were made from this backup folder are known",
            Next = "tidemark status",
        };
    }

    /// <param name="choose">Picks the record, by the identifier of the server.</param>
    /// <param name="whenGone">What to do next when the kept database is not there any more.</param>
    /// <param name="token">Until all is found.</param>
    private async Task<(SwapRecord Swap, DatabaseFacts Kept, DatabaseFacts Live)> FindAsync(Func<string, SwapRecord> choose, string whenGone, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(address, token);
        var version = DatabaseConnection.Version(connection);
        var swap = choose(await connection.SystemIdentifierAsync(token));
        var live = await DatabaseFactsReader.ReadAsync(connection, version, swap.Database, token)
            ?? throw new Fault(FaultCode.NotFound, $"there is no database \"{swap.Database}\"") { Where = address.ToString(), Next = $"ALTER DATABASE {SqlText.Identifier(swap.Kept)} RENAME TO {SqlText.Identifier(swap.Database)};" };
        // By OID and name: on a copy of the server, the OID alone may be that of any database.
        var kept = await DatabaseFactsReader.ReadAsync(connection, version, swap.Kept, token);
        if (kept?.Oid == swap.OldOid) return (swap, kept, live);
        var renamed = await connection.ScalarAsync<string?>($"select datname::text from pg_database where oid = {swap.OldOid}", token);
        throw new Fault(FaultCode.NotFound, $"the kept database \"{swap.Kept}\" is gone")
        {
            Where = address.ToString(),
            Why = renamed is null ? null : $"the database that it was (OID {swap.OldOid}) is now \"{renamed}\"",
            Next = renamed is null || renamed == swap.Database ? whenGone : $"ALTER DATABASE {SqlText.Identifier(renamed)} RENAME TO {SqlText.Identifier(swap.Kept)}; -- then: tidemark undo",
        };
    }
}
