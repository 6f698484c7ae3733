using Tidemark.Wal;

namespace Tidemark.Hosting;

/// <summary>What <c>status</c> says of the WAL in one store; pure.</summary>
/// <param name="Known">Of the store.</param>
/// <param name="Age">Of its reach; null: not known.</param>
/// <param name="Words">A sentence for people.</param>
internal sealed record WalStanding(StoreReach Known, TimeSpan? Age, string Words)
{
    /// <summary>WAL makes no database better protected than its backups do.</summary>
    public const string Alone = "WAL alone restores nothing: it is replayed onto a base backup (tidemark backup --kind base); the states above go by dumps alone";

    /// <summary>The same, where there are base backups.</summary>
    public const string Beside = "the states above go by dumps alone; what WAL and base backups reach together stands below";

    /// <summary>Nothing where no store has any.</summary>
    public static IReadOnlyList<WalStanding> Of(IReadOnlyList<StoreReach> stores, DateTimeOffset now) =>
        stores.All(one => one.Incarnation is null) ? [] : [.. stores.Select(one => new WalStanding(one, one.Reach?.Age(now), WordsOf(one, now)))];

    private static string WordsOf(StoreReach one, DateTimeOffset now) => one switch
    {
        { Reach: { } reach } => $"every commit up to {reach.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z is there, {(reach.Age(now) is { } age ? $"{Ages.InWords(age)} old" : "ahead of our clock: how old that is cannot be told")}",
        { Failure: { } failure } => $"up to when commits are there is not known: {failure}",
        { Incarnation: null } => "no WAL is there",
        _ => "WAL is there, up to when nobody has noted: tidemark wal status",
    };
}
