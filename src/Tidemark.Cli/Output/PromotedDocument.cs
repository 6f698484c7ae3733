using Tidemark.Drills;

namespace Tidemark.Cli.Output;

/// <summary>A standby that took over, or was rehearsed to.</summary>
/// <param name="Name">Of the standby.</param>
/// <param name="DatabaseUrl">What applications use now, without the password; of a rehearsal what they would.</param>
/// <param name="File">Where the report lies; null: it could not be kept.</param>
/// <param name="Report">What was measured.</param>
internal sealed record PromotedDocument(string Name, string DatabaseUrl, string? File, DrillReport Report);
