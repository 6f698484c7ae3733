namespace Tidemark.Hosting;

/// <summary>Up to when every commit is in the WAL of each store, and what that is worth.</summary>
internal sealed record WalReachDocument(IReadOnlyList<StoreReachDocument> Stores, string Words)
{
    /// <returns>Null: there is no WAL.</returns>
    /// <param name="wal">Of each store.</param>
    /// <param name="hasBases">There is something to replay it onto.</param>
    public static WalReachDocument? Of(IReadOnlyList<WalStanding> wal, bool hasBases) => wal.Count == 0 ? null : new WalReachDocument([.. wal.Select(StoreReachDocument.Of)], hasBases ? WalStanding.Beside : WalStanding.Alone);
}

/// <summary>One store. EveryCommitUntil is by the server's clock; null: not known.</summary>
internal sealed record StoreReachDocument(string Store, string? SystemIdentifier, uint? Timeline, string? Lsn, DateTimeOffset? EveryCommitUntil, double? AgeSeconds, string? Failure, string Words)
{
    public static StoreReachDocument Of(WalStanding one) => new(one.Known.Store, one.Known.Incarnation is { } life ? $"{life.SystemIdentifier}" : null,
        one.Known.Reach?.Timeline.Value, one.Known.Reach?.End.ToString(), one.Known.Reach?.At, one.Age is { } age ? Math.Round(age.TotalSeconds, 3) : null, one.Known.Failure, one.Words);
}
