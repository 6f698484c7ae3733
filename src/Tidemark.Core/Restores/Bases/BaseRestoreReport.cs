namespace Tidemark.Restores.Bases;

/// <param name="Plan">What was done.</param>
/// <param name="Folder">The data directory.</param>
/// <param name="Aside">What was there before, under its new name; null: nothing was.</param>
/// <param name="Files">Written.</param>
/// <param name="Bytes">Of them.</param>
/// <param name="Duration">Until all was on the disk.</param>
/// <param name="Warnings">The plan's, and what showed on the way.</param>
internal sealed record BaseRestoreReport(RecoveryPlan Plan, string Folder, string? Aside, long Files, long Bytes, TimeSpan Duration, IReadOnlyList<string> Warnings);
