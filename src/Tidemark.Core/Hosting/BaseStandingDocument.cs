using Tidemark.Protection;
using Tidemark.Retention.Bases;

namespace Tidemark.Hosting;

/// <summary>What base backups and WAL are worth together, by store. Of damaged ones the ids. ReachableUntil is null where nobody has noted the time of the last commit in the stored WAL.</summary>
internal sealed record BaseStandingDocument(string Store, string? SystemIdentifier, int Good, NewestBaseDocument? Newest, IReadOnlyList<string> Damaged, DateTimeOffset? ReachableFrom, DateTimeOffset? ReachableUntil, string? Failure, IReadOnlyList<string> Words,
    BaseProofDocument? Proof, double? RestoreForecastSeconds, double? RestoreForecastP90Seconds, int RestoresMeasured)
{
    /// <returns>Null: there are none.</returns>
    public static IReadOnlyList<BaseStandingDocument>? Of(IReadOnlyList<BaseStanding> bases, DateTimeOffset now) => bases.Count == 0 ? null :
        [.. bases.Select(one => new BaseStandingDocument(one.Store, one.SystemIdentifier, one.Good, NewestBaseDocument.Of(one.Newest, one.NewestAge(now)), one.Damaged, one.From, one.Until, one.Failure, [.. one.Words(now)],
            BaseProofDocument.Of(one.Proof, now), StatusDocument.Seconds(one.Forecast?.P50), StatusDocument.Seconds(one.Forecast?.P90), one.Forecast?.Measured ?? 0))];
}

/// <summary>The newest moment that a drill came back to, the backup that led there, and what the drill measured; null: it could not.</summary>
internal sealed record BaseProofDocument(DateTimeOffset ProvenPoint, DateTimeOffset ProvenAt, string ProvenBy, string BackupId, double AgeSeconds, double? MeasuredRpoSeconds, double? MeasuredRtoSeconds)
{
    public static BaseProofDocument? Of(ProvenPoint? proof, DateTimeOffset now) =>
        proof is null ? null : new(proof.At, proof.ProvenAt, proof.ProvenBy, proof.BackupId, StatusDocument.Seconds(RecoveryPoint.Age(proof.ProvenAt, now))!.Value, proof.RpoSeconds, proof.RtoSeconds);
}

/// <summary>Size: bytes of all packs that it needs. Age: null where it is ahead of our clock.</summary>
internal sealed record NewestBaseDocument(string Id, DateTimeOffset RecoveryPoint, double? AgeSeconds, long Size, DateTimeOffset? CheckedAt)
{
    public static NewestBaseDocument? Of(BaseItem? item, TimeSpan? age) => item is null ? null
        : new(item.Id, item.Time, age is { } known ? Math.Round(known.TotalSeconds, 3) : null, item.Entry.Refs!.PackBytes, item.Entry.Marks.Check is { Mark: { Passed: true } check } ? check.At : null);
}
