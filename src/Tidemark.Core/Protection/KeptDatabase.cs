using Tidemark.Restores;

namespace Tidemark.Protection;

/// <summary>A database that a swap or its undoing took the name of, and kept.</summary>
/// <param name="Swap">Its record.</param>
/// <param name="Bytes">Null when the server could not be asked.</param>
internal sealed record KeptDatabase(SwapRecord Swap, long? Bytes)
{
    /// <summary>All that should still be there by the records, newest first; no server is asked.</summary>
    /// <exception cref="Fault">A record cannot be read.</exception>
    public static IReadOnlyList<KeptDatabase> Recorded(string stateFolder) =>
        [.. new SwapJournal(stateFolder).Standing().Select(swap => new KeptDatabase(swap, null))];
}
