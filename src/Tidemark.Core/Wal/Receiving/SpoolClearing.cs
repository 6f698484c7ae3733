namespace Tidemark.Wal.Receiving;

/// <summary>Knows which store has what of the spool, and takes out of it what every store has. While one is away the others go on, and the spool grows to its limit.</summary>
/// <param name="spool">Of the cluster.</param>
/// <param name="room">Told what was removed.</param>
/// <param name="stores">How many there are.</param>
/// <param name="drops">In a full spool, what one store has is enough: the others get a gap, and it is told. Else nothing more is received.</param>
/// <param name="remark">Told of that.</param>
internal sealed class SpoolClearing(WalSpool spool, SpoolRoom room, int stores, bool drops, Action<string> remark)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<WalShipper>> had = [];

    /// <param name="path">In the spool.</param>
    /// <param name="by">To which store.</param>
    public bool IsShipped(string path, WalShipper by)
    {
        lock (gate) return had.TryGetValue(path, out var those) && those.Contains(by);
    }

    /// <summary>A store has it.</summary>
    /// <param name="path">In the spool.</param>
    /// <param name="by">To which store.</param>
    public void Shipped(string path, WalShipper by)
    {
        lock (gate)
        {
            // Dropped while it was shipped.
            if (!File.Exists(path)) return;
            if (!had.TryGetValue(path, out var those)) had.Add(path, those = []);
            those.Add(by);
            if (those.Count == stores) Clear(path);
            else if (drops && room.IsFull) Drop();
        }
    }

    private void Clear(string path)
    {
        WalSpool.Remove(path);
        // A file of that name may come again: a history does at each connection.
        had.Remove(path);
        room.Shrunk();
    }

    private void Drop()
    {
        foreach (var name in spool.Complete())
        {
            if (!room.IsFull) return;
            if (!had.ContainsKey(spool.PathOf(name))) continue;
            remark($"the spool is full: {name} is not kept for the store that is away, which has a gap there");
            Clear(spool.PathOf(name));
        }
    }
}
