using Tidemark.Wal;

namespace Tidemark.Notifications;

/// <summary>Whether commits reach the stores in time, where WAL is received; pure.</summary>
internal static class WalConditions
{
    /// <summary>However old backups may be: where WAL is to come every few seconds, minutes without any are a fault.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);

    /// <summary>What was missed while nothing ran is on its way then, unless the first has come already.</summary>
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(1);

    /// <summary>From which age on it is told. Never less than two beats: one that has just been missed is nothing.</summary>
    /// <param name="shipEvery">How often it is shipped.</param>
    /// <param name="rpo">What somebody said; null: nobody did.</param>
    public static TimeSpan Limit(TimeSpan shipEvery, TimeSpan? rpo)
    {
        var (shortest, wanted) = ((shipEvery * 2) + TimeSpan.FromSeconds(1), rpo < Usual ? rpo.Value : Usual);
        return wanted > shortest ? wanted : shortest;
    }

    /// <param name="stores">Those that WAL is shipped to.</param>
    /// <param name="limit">See <see cref="Limit"/>.</param>
    /// <param name="rpo">What somebody said; null: nobody did.</param>
    /// <param name="troubles">What is known to be wrong with the receiver.</param>
    /// <param name="begun">When the service began.</param>
    /// <param name="now">Our clock.</param>
    public static Survey Of(IReadOnlyList<StoreReach> stores, TimeSpan limit, TimeSpan? rpo, IReadOnlyList<string> troubles, DateTimeOffset begun, DateTimeOffset now) => new()
    {
        LookedAt = new HashSet<string>([Cause.WalLate]),
        Conditions = [.. stores.Select(one => Late(one, limit, rpo, troubles, begun, now)).OfType<Condition>()],
    };

    private static Condition? Late(StoreReach one, TimeSpan limit, TimeSpan? rpo, IReadOnlyList<string> troubles, DateTimeOffset begun, DateTimeOffset now)
    {
        // A moment that is ahead of our clock is as good as none.
        var last = one.Reach is { } reach && reach.Age(now) is not null ? reach.At : begun;
        var age = now - last;
        if (age <= limit * 0.8) return null;
        var isBeginning = last <= begun && now - begun <= Start;
        return new Condition
        {
            Database = "",
            Cause = Cause.WalLate,
            Place = one.Store,
            Severity = age <= limit || isBeginning ? Severity.Lingering : age > (rpo > limit ? rpo.Value : limit * 2) ? Severity.Critical : Severity.Warning,
            Text = $"{Missing(one, age, now)}: {Allowed(limit, rpo)}; {Why(one, troubles)}",
            Since = last + limit,
            Next = "tidemark wal status",
        };
    }

    private static string Missing(StoreReach one, TimeSpan age, DateTimeOffset now) => one.Reach is not { } reach ? $"no WAL is known to have come into this store since the service began, {Ages.InWords(age)} ago"
        : reach.Age(now) is null ? $"up to when commits are in this store cannot be told: the server's clock said {reach.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, which is ahead of ours"
        : $"commits of the last {Ages.InWords(age)} may not be in the WAL of this store";

    private static string Allowed(TimeSpan limit, TimeSpan? rpo) => $"it is told after {Ages.InWords(limit)}, and BACKUP_RPO is {(rpo is { } said ? $"{new Duration(said)}" : "not set")}";

    /// <summary>Both may be: a server that is away, and a store.</summary>
    private static string Why(StoreReach one, IReadOnlyList<string> troubles)
    {
        string[] all = [.. troubles, .. one.Failure is null ? Array.Empty<string>() : [$"not shipped: {one.Failure}"]];
        return all.Length == 0 ? "nothing has failed: what was received is on its way, or waits for the spool to empty" : string.Join("; ", all);
    }
}
