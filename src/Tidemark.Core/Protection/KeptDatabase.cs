using Tidemark.Restores;

namespace Tidemark.Protection;

/// <summary>A database that a swap or its undoing took the name of, and kept.</summary>
/// <param name="Swap">Its record.</param>
/// <param name="Bytes">Null when the server could not be asked.</param>
internal sealed record KeptDatabase(SwapRecord Swap, long? Bytes)
{
    /// <summary>All that should still be there by the records, newest first; no server is asked.</summary>
    /// <exception cref="Fault">A record cannot be read.</exception>
    public static IReadOnlyList<KeptDatabase> Recorded(string stateFolder)
    {
        var swaps = new SwapJournal(stateFolder).All().Where(swap => swap.Phase == SwapPhase.Swapped).ToList();
        // What was kept by a swap that is undone has its own name again.
        var undone = swaps.Select(swap => swap.Undoes).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. swaps.Where(swap => !undone.Contains(swap.Id)).Select(swap => new KeptDatabase(swap, null))];
    }
}
