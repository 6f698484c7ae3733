namespace Tidemark.Protection;

/// <summary>A recovery point that a drill restored and checked.</summary>
/// <param name="At">The recovery point.</param>
/// <param name="ProvenAt">When the drill ended.</param>
/// <param name="ProvenBy">The run of the drill.</param>
/// <param name="BackupId">The backup that was restored.</param>
/// <param name="RpoSeconds">That the drill measured; null: it could not.</param>
/// <param name="RtoSeconds">That the drill measured.</param>
internal sealed record ProvenPoint(DateTimeOffset At, DateTimeOffset ProvenAt, string ProvenBy, string BackupId, double? RpoSeconds = null, double? RtoSeconds = null)
{
    /// <summary>Null: the drill measured neither.</summary>
    public string? Measured => (RpoSeconds, RtoSeconds) is (null, null) ? null
        : $"measured: RPO {(RpoSeconds is { } rpo ? Ages.InWords(TimeSpan.FromSeconds(rpo)) : "unknown, for want of heartbeats")}, RTO {(RtoSeconds is { } rto ? Ages.InWords(TimeSpan.FromSeconds(rto)) : "unknown")}";
}
