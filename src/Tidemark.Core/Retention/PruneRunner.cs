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
            OpenDump.Remove(entry.Path, () => RequireUnpinned(entry));
            // By its own name, not by what a manifest says: a moved manifest would take another dump's globals with it.
            DurableFile.Remove(folder.PathOf(DumpName.Stem(entry.Key) + ".globals.sql"));
            foreach (var mark in new[] { DumpFolder.MarkOf(entry.Path), DumpFolder.ProofOf(entry.Path), Pins.MarkOf(entry.Path) }) DurableFile.Remove(mark);
            DurableFile.Remove(DumpFolder.ManifestOf(entry.Path));
            return new PruneOutcome(decision, null);
        }
        catch (Fault failed)
        {
            return new PruneOutcome(decision, failed);
        }
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
