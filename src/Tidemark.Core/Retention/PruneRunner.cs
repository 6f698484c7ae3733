using Tidemark.Dumps;
using Tidemark.Files;

namespace Tidemark.Retention;

/// <summary>Removes what a plan lets go: the dump, its globals, its marks, and last its manifest, so that a removal that fails or is killed keeps the entry, and the next one finishes it. A dump that is being read stays.</summary>
internal sealed class PruneRunner(DumpFolder folder, TimeProvider clock)
{
    public IReadOnlyList<PruneOutcome> Run(IEnumerable<RetentionDecision> goes) => [.. goes.Select(Remove)];

    private PruneOutcome Remove(RetentionDecision decision)
    {
        var entry = decision.Entry;
        try
        {
            var globals = GlobalsOf(entry);
            OpenDump.Remove(entry.Path, () =>
            {
                RequireUnpinned(entry);
                RequireGood(decision.StandIn);
            });
            if (globals is not null) DurableFile.Remove(folder.PathOf(globals));
            foreach (var mark in new[] { DumpFolder.MarkOf(entry.Path), DumpFolder.ProofOf(entry.Path), Pins.MarkOf(entry.Path) }) DurableFile.Remove(mark);
            DurableFile.Remove(DumpFolder.ManifestOf(entry.Path));
            return new PruneOutcome(decision, null);
        }
        catch (Fault failed)
        {
            return new PruneOutcome(decision, failed);
        }
    }

    /// <summary>Its own alone: a file of that name need not be of this dump, and one of the same name but for its ending may need it.</summary>
    private string? GlobalsOf(DumpEntry entry) =>
        entry.Manifest?.Globals is { } globals && !new DumpCatalog(folder).NamesakesOf(entry).Any(other => other.Finding is not null || other.Manifest?.Globals == globals) ? globals : null;

    /// <summary>What lets a dump go may have been found damaged since the plan was made, or be gone.</summary>
    private void RequireGood(DumpEntry? standIn)
    {
        if (standIn is null || new DumpCatalog(folder).OfFile(standIn.Path) is { State: DumpState.Good }) return;
        throw new Fault(FaultCode.Refused, "the last good backup is good no more") { Where = standIn.Path, Why = "it was when the plan was made, and without it this one would stay", Next = "tidemark prune --dry-run" };
    }

    private void RequireUnpinned(DumpEntry entry)
    {
        if (Pins.Of(entry) is { } pin && pin.Holds(clock.GetUtcNow())) throw new Fault(FaultCode.Refused, "it was pinned just now") { Where = entry.Path, Why = pin.Reason, Next = "tidemark prune --dry-run" };
    }
}

/// <summary>One removal; the fault when it failed and the entry is still there.</summary>
internal sealed record PruneOutcome(RetentionDecision Decision, Fault? Fault)
{
    public DumpEntry Entry => Decision.Entry;
}
