using Tidemark.Storage;

namespace Tidemark.BaseBackups.Sweeping;

/// <summary>Removes objects one by one. A store that does not let them go (a lock, no right to delete) is asked some times, not for each of a million, and is told once.</summary>
internal sealed class ObjectRemoval(IObjectStore store)
{
    private const int Most = 20;

    private string? why;

    /// <summary>That were not let go.</summary>
    public int Refused { get; private set; }

    /// <summary>Nothing more is tried.</summary>
    public bool IsOver => Refused >= Most;

    /// <summary>What to tell; null: nothing was refused.</summary>
    public string? Why => why is null ? null : $"{Refused}{(IsOver ? " and more" : "")} object{(Refused == 1 ? "" : "s")} that nothing needs could not be removed, and are tried again by the next prune: {why}";

    /// <summary>False: it stays.</summary>
    public async Task<bool> TryAsync(string key, CancellationToken token)
    {
        if (IsOver) return false;
        try
        {
            await store.DeleteAsync(key, token);
            return true;
        }
        catch (Fault refused)
        {
            why ??= refused.InOneLine;
            Refused++;
            return false;
        }
    }
}
