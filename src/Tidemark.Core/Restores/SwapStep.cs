using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Puts the restored database in the place of the live one: statistics first, then the hooks around the swap itself.</summary>
internal sealed class SwapStep(RestoreOptions options, RestorePlan plan, SwapJournal journal, TimeProvider clock)
{
    /// <summary>Null when there was no live database, so that the restored one was only given its name.</summary>
    public async Task<SwapRecord?> RunAsync(string runId, RestoreHooks hooks, CancellationToken token)
    {
        // Before the application is stopped: this may take long.
        await AnalyzeAsync(token);
        await hooks.BeforeSwapAsync(token);
        var swap = await RenameOrTellAsync(runId, token);
        try
        {
            await hooks.AfterSwapAsync(swap, token);
        }
        catch (OperationCanceledException stopped)
        {
            throw new Fault(FaultCode.Interrupted, "interrupted after the swap", stopped)
            {
                Where = options.Hooks.AfterSwap is null ? null : "the after-swap hook",
                Left = $"the swap is done: \"{plan.Live}\" is the restored database{(swap is null ? "" : $", the old one is kept as \"{swap.Kept}\"")}",
                Next = swap is null ? "run the after-swap hook by hand" : "run the after-swap hook by hand, or: tidemark undo",
            };
        }
        return swap;
    }

    /// <summary>A swap that does not come about after the application was stopped leaves it stopped: that must be said.</summary>
    private async Task<SwapRecord?> RenameOrTellAsync(string runId, CancellationToken token)
    {
        var stopped = options.Hooks.BeforeSwap is null ? "" : "; the before-swap hook has run: start the application again";
        try
        {
            return await RenameAsync(runId, token);
        }
        catch (Fault failed) when (stopped.Length > 0)
        {
            throw new Fault(failed.Code, failed.What, failed) { Where = failed.Where, Why = failed.Why, Left = failed.Left + stopped, Next = failed.Next };
        }
        catch (OperationCanceledException interrupted)
        {
            throw new Fault(FaultCode.Interrupted, "interrupted before the swap", interrupted) { Left = $"nothing was renamed: \"{plan.Live}\" is as it was, \"{plan.Target}\" stands beside it{stopped}", Next = "tidemark restore again, with --swap" };
        }
    }

    private async Task<SwapRecord?> RenameAsync(string runId, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(options.Address, token);
        var restored = await DatabaseFactsReader.ReadAsync(connection, plan.Server, plan.Target, token)
            ?? throw new Fault(FaultCode.Failed, $"the restored database \"{plan.Target}\" is gone") { Where = options.Address.ToString(), Why = "somebody dropped or renamed it before the swap", Next = "restore again" };
        if (await DatabaseFactsReader.ReadAsync(connection, plan.Server, plan.Live!, token) is not { } live)
        {
            await connection.ExecuteAsync($"alter database {SqlText.Identifier(plan.Target)} rename to {SqlText.Identifier(plan.Live!)}", token);
            return null;
        }
        // Nothing that the plan did not judge is swapped away.
        if (plan.Kept is null)
            throw new Fault(FaultCode.Refused, $"a database \"{plan.Live}\" has been made since this restore began") { Where = options.Address.ToString(), Left = $"the restored database \"{plan.Target}\" stands beside it", Next = "restore again" };
        return await new DatabaseSwap(options.Address, journal).RunAsync(new SwapRecord
        {
            Id = runId,
            Phase = SwapPhase.Prepared,
            At = clock.GetUtcNow(),
            Server = options.Address.Places[0].ToString(),
            SystemIdentifier = await connection.SystemIdentifierAsync(token),
            Database = plan.Live!,
            OldOid = live.Oid,
            Kept = plan.Kept,
            OldAllowedConnections = live.AllowsConnections,
            NewOid = restored.Oid,
            NewName = plan.Target,
            BackupId = options.Source.Id,
            RecoveryPoint = options.Source.Manifest?.RecoveryPoint,
        }, carry: true, token);
    }

    /// <summary>A fresh database has no statistics; without them the first hour in production would run on guesses.</summary>
    private async Task AnalyzeAsync(CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(options.Address.WithDatabase(plan.Target), token);
        await connection.ExecuteAsync("analyze", token);
    }
}
