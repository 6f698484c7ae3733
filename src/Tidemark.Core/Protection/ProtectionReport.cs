namespace Tidemark.Protection;

/// <summary>What is known of all databases.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Databases">The worst first.</param>
/// <param name="Remarks">What could not be read, or belongs to no database: a sentence each.</param>
internal sealed record ProtectionReport(DateTimeOffset At, IReadOnlyList<DatabaseProtection> Databases, IReadOnlyList<string> Remarks);
