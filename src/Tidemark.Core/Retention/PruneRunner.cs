using Tidemark.Dumps;
using Tidemark.Files;

namespace Tidemark.Retention;

/// <summary>Removes expired dumps: the dump, its globals, its mark, and last its manifest, so that a failed removal keeps the entry. One that is being read stays.</summary>
internal sealed class PruneRunner(DumpFolder folder)
{
    public IReadOnlyList<PruneOutcome> Run(IReadOnlyList<DumpEntry> expired) => [.. expired.Select(Remove)];

    private PruneOutcome Remove(DumpEntry entry)
    {
        try
        {
            OpenDump.Remove(entry.Path);
            // By its own name, not by what a manifest says: a moved manifest would take another dump's globals with it.
            DurableFile.Remove(folder.PathOf(DumpName.Stem(entry.Key) + ".globals.sql"));
            DurableFile.Remove(DumpFolder.MarkOf(entry.Path));
            DurableFile.Remove(DumpFolder.ManifestOf(entry.Path));
            return new PruneOutcome(entry, null);
        }
        catch (Fault failed)
        {
            return new PruneOutcome(entry, failed);
        }
    }
}

/// <summary>One removal; the fault when it failed and the entry is still there.</summary>
internal sealed record PruneOutcome(DumpEntry Entry, Fault? Fault);
