using Tidemark.Retention.Bases;

namespace Tidemark.Hosting;

/// <summary>What base backups and WAL are worth together, by store. Of damaged ones the ids. ReachableUntil is null where nobody has noted the time of the last commit in the stored WAL.</summary>
internal sealed record BaseStandingDocument(string Store, string? SystemIdentifier, int Good, NewestBaseDocument? Newest, IReadOnlyList<string> Damaged, DateTimeOffset? ReachableFrom, DateTimeOffset? ReachableUntil, string? Failure, IReadOnlyList<string> Words)
{
    /// <returns>Null: there are none.</returns>
    public static IReadOnlyList<BaseStandingDocument>? Of(IReadOnlyList<BaseStanding> bases, DateTimeOffset now) => bases.Count == 0 ? null :
        [.. bases.Select(one => new BaseStandingDocument(one.Store, one.SystemIdentifier, one.Good, NewestBaseDocument.Of(one.Newest, one.NewestAge(now)), one.Damaged, one.From, one.Until, one.Failure, [.. one.Words(now)]))];
}

/// <summary>Size: bytes of all packs that it needs. Age: null where it is ahead of our clock.</summary>
internal sealed record NewestBaseDocument(string Id, DateTimeOffset RecoveryPoint, double? AgeSeconds, long Size, DateTimeOffset? CheckedAt)
{
    public static NewestBaseDocument? Of(BaseItem? item, TimeSpan? age) => item is null ? null
        : new(item.Id, item.Time, age is { } known ? Math.Round(known.TotalSeconds, 3) : null, item.Entry.Refs!.PackBytes, item.Entry.Marks.Check is { Mark: { Passed: true } check } ? check.At : null);
}
