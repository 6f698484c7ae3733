using Npgsql;
using Tidemark.Audit;
using Tidemark.Drills;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Runs;

/// <summary>What every start does first: set right whatever a killed run left, and tell.</summary>
internal sealed class Tidying(RunRecorder recorder, DumpStores stores, TimeProvider clock)
{
    /// <param name="address">The server; null when only the folder is worked on.</param>
    /// <param name="token">Cancels between two repairs.</param>
    public async Task<IReadOnlyList<string>> RunAsync(DatabaseAddress? address, CancellationToken token)
    {
        if (!Directory.Exists(stores.State)) return [];
        var journal = new SwapJournal(stores.State);
        List<string> told = [.. journal.SetAsideUnreadable()];
        told.AddRange(recorder.MarkInterrupted(id => journal.All().Any(swap => swap.Id == id && swap.Phase == SwapPhase.Swapped)));
        told.AddRange(await PendingDump.TidyAsync(stores, clock, token));
        told.AddRange(new DrillTidying(stores.State, id => RunContext.IsOver(stores.State, id, clock), clock).OfThisMachine());
        recorder.Sweep();
        told.AddRange(RunLog.Sweep(stores.State, clock.GetUtcNow()));
        told.AddRange(AuditLog.Sweep(stores.State, clock.GetUtcNow()));
        if (address is null) return told;
        foreach (var swap in journal.All().Where(swap => swap.Phase == SwapPhase.Prepared && RunContext.IsOver(stores.State, swap.Id, clock)))
            await TryAsync("a swap", async () =>
            {
                if (await new SwapSettlement(address, journal).SettleAsync(swap, token) is { } settled) told.Add(settled.Told);
            }, told);
        await TryAsync("an unfinished restore", async () => told.AddRange(await RestoreRecord.TidyAsync(stores.State, address, id => RunContext.IsOver(stores.State, id, clock), token)), told);
        return told;
    }

    /// <summary>A repair that is not possible now, or not by this role, is told and tried again by the next start: it must not keep a backup from being taken.</summary>
    private static async Task TryAsync(string what, Func<Task> repair, List<string> told)
    {
        try
        {
            await repair();
        }
        catch (Exception failed) when (failed is Fault or NpgsqlException or IOException)
        {
            told.Add($"{what} that was ended could not be set right now: {(failed as Fault)?.Why ?? failed.Message}");
        }
    }
}
