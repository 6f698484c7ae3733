namespace Tidemark.Protection;

/// <summary>A recovery point that a drill restored and checked.</summary>
/// <param name="At">The recovery point.</param>
/// <param name="ProvenAt">When the drill ended.</param>
/// <param name="ProvenBy">The run of the drill.</param>
/// <param name="BackupId">The backup that was restored.</param>
internal sealed record ProvenPoint(DateTimeOffset At, DateTimeOffset ProvenAt, string ProvenBy, string BackupId);
