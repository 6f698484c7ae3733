using Tidemark.Dumps;
using Tidemark.Storage;

namespace Tidemark.Drills;

/// <summary>The backup that a drill restores, and how it came to be that one; pure.</summary>
internal sealed record DrillPick(DumpEntry Backup, string Words)
{
    public const string Random = "random", Oldest = "oldest", Latest = "latest";

    /// <summary>How far back a random one lies at most.</summary>
    public static readonly TimeSpan Past = TimeSpan.FromDays(90);

    /// <param name="all">Everything in the stores.</param>
    /// <param name="wanted"><see cref="Random"/> or <see cref="Oldest"/>.</param>
    /// <param name="database">Null: any.</param>
    /// <param name="store">The address of the store to read from; null: as a restore would choose.</param>
    /// <param name="now">The moment.</param>
    /// <param name="chance">A number below that given.</param>
    /// <exception cref="Fault">4: there is none.</exception>
    public static DrillPick Of(IReadOnlyList<DumpEntry> all, string wanted, string? database, string? store, DateTimeOffset now, Func<int, int> chance)
    {
        var good = all.Where(entry => entry.State == DumpState.Good && !entry.IsAhead(now) && (database is null || entry.Database == database)).Select(entry => InStore(entry, store)).OfType<DumpEntry>().ToList();
        var of = $"{(database is null ? "" : $" of \"{database}\"")}{(store is null ? "" : $" in {store}")}";
        if (wanted == Oldest) return good.MinBy(entry => entry.Time) is { } oldest ? new DrillPick(oldest, $"the oldest of {good.Count} good backups{of}") : throw None($"there is no good backup{of}");
        var recent = good.Where(entry => now - entry.Time <= Past).ToList();
        if (recent.Count == 0) throw None($"there is no good backup{of} of the past 90 days");
        return new DrillPick(recent[chance(recent.Count)], $"random, 1 of {recent.Count} good backups{of} of the past 90 days");
    }

    /// <summary>The copy that lies there; null: none does.</summary>
    public static DumpEntry? InStore(DumpEntry entry, string? store) =>
        store is null ? entry : entry.Copies.FirstOrDefault(copy => copy.Store.Address == store) is { } copy ? copy with { Copies = [copy] } : null;

    /// <summary>The store that is meant by its address as it was typed, or as it is shown.</summary>
    /// <exception cref="Fault">4: it is none of them.</exception>
    public static string StoreOf(IReadOnlyList<DumpStore> stores, IReadOnlyList<StoreAddress> configured, string typed)
    {
        for (var i = 0; i < stores.Count; i++)
            if (typed.TrimEnd('/') == stores[i].Address || typed.TrimEnd('/') == configured[i].ToString() || typed.TrimEnd('/') == configured[i].Path) return stores[i].Address;
        throw new Fault(FaultCode.NotFound, "there is no such store") { Where = typed, Why = $"backups go to {string.Join(", ", stores.Select(store => store.Address))} (BACKUP_DIR)", Next = "give one of them, or leave out --store" };
    }

    private static Fault None(string what) => new(FaultCode.NotFound, what) { Next = "tidemark backup; or name one: tidemark list" };
}
