using Tidemark.Dumps;

namespace Tidemark.Retention;

/// <summary>Removes what a plan lets go: the dump, its globals, its marks, and last its manifest, so that a removal that fails or is killed keeps the entry, and the next one finishes it. A dump that is being read stays.</summary>
internal sealed class PruneRunner(TimeProvider clock)
{
    public async Task<IReadOnlyList<PruneOutcome>> RunAsync(IEnumerable<RetentionDecision> goes, CancellationToken token)
    {
        var outcomes = new List<PruneOutcome>();
        foreach (var decision in goes) outcomes.Add(await RemoveAsync(decision, token));
        return outcomes;
    }

    private async Task<PruneOutcome> RemoveAsync(RetentionDecision decision, CancellationToken token)
    {
        var entry = decision.Entry;
        var objects = entry.Store.Objects;
        try
        {
            var globals = await GlobalsOfAsync(entry, token);
            await OpenDump.RemoveAsync(entry, async () =>
            {
                await RequireUnpinnedAsync(entry, token);
                await RequireGoodAsync(decision.StandIn, token);
            }, token);
            if (globals is not null) await objects.DeleteAsync(globals, token);
            foreach (var mark in new[] { DumpName.CheckOf(entry.Key), DumpName.ProofOf(entry.Key), DumpName.PinOf(entry.Key) }) await objects.DeleteAsync(mark, token);
            if (entry.IsEncrypted) await objects.DeleteAsync(DumpName.SealedManifestOf(entry.Key), token);
            await objects.DeleteAsync(DumpName.ManifestOf(entry.Key), token);
            return new PruneOutcome(decision, null);
        }
        catch (Fault failed)
        {
            return new PruneOutcome(decision, failed);
        }
    }

    /// <summary>Its own alone: a file of that name need not be of this dump, and one of the same name but for its ending may need it.</summary>
    private static async Task<string?> GlobalsOfAsync(DumpEntry entry, CancellationToken token) =>
        entry.Manifest?.Globals is { } globals && !(await new DumpCatalog(entry.Store).NamesakesOfAsync(entry, token)).Any(other => other.Finding is not null || other.Manifest?.Globals == globals) ? globals : null;

    /// <summary>What lets a dump go may have been found damaged since the plan was made, or be gone.</summary>
    private static async Task RequireGoodAsync(DumpEntry? standIn, CancellationToken token)
    {
        if (standIn is null || await new DumpCatalog(standIn.Store).OfKeyAsync(standIn.Key, outside: false, token) is { State: DumpState.Good }) return;
        throw new Fault(FaultCode.Refused, "the last good backup is good no more") { Where = standIn.Path, Why = "it was when the plan was made, and without it this one would stay", Next = "tidemark prune --dry-run" };
    }

    private async Task RequireUnpinnedAsync(DumpEntry entry, CancellationToken token)
    {
        if (await Pins.NowAsync(entry, token) is { } pin && pin.Holds(clock.GetUtcNow())) throw new Fault(FaultCode.Refused, "it was pinned just now") { Where = entry.Path, Why = pin.Reason, Next = "tidemark prune --dry-run" };
    }
}

/// <summary>One removal; the fault when it failed and the entry is still there.</summary>
internal sealed record PruneOutcome(RetentionDecision Decision, Fault? Fault)
{
    public DumpEntry Entry => Decision.Entry;
}
