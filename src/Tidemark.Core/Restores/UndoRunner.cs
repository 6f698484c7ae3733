using System.Globalization;
using Npgsql;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Takes back the last swap of a database: the kept one gets its name again, the restored one is kept as <c>…_undone_…</c>.</summary>
internal sealed class UndoRunner(DatabaseAddress address, SwapJournal journal, TimeProvider clock)
{
    public async Task<SwapRecord> RunAsync(string runId, string? productionSaidBy, bool force, string? confirm, CancellationToken token)
    {
        var (swap, kept, live) = await FindAsync(token);
        await using (var connection = await MaintenanceConnection.OpenAsync(address, token))
        {
            var serverSays = await connection.ScalarAsync<string?>($"""
                select split_part(c, '=', 2) from pg_db_role_setting s, unnest(s.setconfig) c where s.setdatabase = {live.Oid} and lower(split_part(c, '=', 1)) = 'tidemark.environment' limit 1
                """, token);
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
            Kept = DatabaseCreation.DerivedName(swap.Database, string.Create(CultureInfo.InvariantCulture, $"_undone_{now.UtcDateTime:yyyyMMddHHmmss}")),
            OldAllowedConnections = live.AllowsConnections,
            NewOid = kept.Oid,
            NewName = kept.Name,
            Undoes = swap.Id,
        };
        var done = await new DatabaseSwap(address, journal).RunAsync(back, carry: null, token);
        journal.Write(swap with { Phase = SwapPhase.Undone });
        return done;
    }

    /// <summary>Drops the kept database of the last swap; its name must be confirmed, since this is the one step that cannot be taken back.</summary>
    public async Task<SwapRecord> ForgetAsync(string? confirm, CancellationToken token)
    {
        var (swap, kept, _) = await FindAsync(token);
        if (confirm != kept.Name)
            throw new Fault(FaultCode.Refused, $"dropping \"{kept.Name}\" cannot be undone")
            {
                Where = $"database \"{kept.Name}\"",
                Why = confirm is null ? "--confirm was not given" : $"--confirm says \"{confirm}\"",
                Next = $"tidemark undo --forget --confirm {ShellWord.Quote(kept.Name)}",
            };
        await using var connection = await MaintenanceConnection.OpenAsync(address, token);
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

    private async Task<(SwapRecord Swap, DatabaseFacts Kept, DatabaseFacts Live)> FindAsync(CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(address, token);
        var version = DatabaseConnection.Version(connection);
        var system = await connection.ScalarAsync<string>("select system_identifier::text from pg_control_system()", token);
        var swap = journal.Latest(system, address.Database) ?? throw new Fault(FaultCode.NotFound, $"no swap of \"{address.Database}\" is left to undo")
        {
            Where = address.ToString(),
            Why = "only swaps that were made from this backup folder are known, and each can be undone once",
            Next = "tidemark restore latest",
        };
        // By OID: whoever was renamed since is still found.
        var names = await connection.ColumnAsync($"select datname::text from pg_database where oid = {swap.OldOid} union all select datname::text from pg_database where datname = {SqlText.Literal(swap.Database)}", token);
        if (names.Count < 2)
            throw new Fault(FaultCode.NotFound, names.Contains(swap.Database) ? $"the kept database \"{swap.Kept}\" is gone" : $"there is no database \"{swap.Database}\"") { Where = address.ToString(), Next = "tidemark restore latest" };
        return (swap, (await DatabaseFactsReader.ReadAsync(connection, version, names[0], token))!, (await DatabaseFactsReader.ReadAsync(connection, version, swap.Database, token))!);
    }
}
