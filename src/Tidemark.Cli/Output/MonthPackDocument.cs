namespace Tidemark.Cli.Output;

/// <param name="Path">Of the archive.</param>
/// <param name="Month">As 2026-10.</param>
/// <param name="Runs">That began in it.</param>
/// <param name="Failures">Those of them that failed.</param>
/// <param name="Drills">With a report.</param>
/// <param name="Settings">How often they changed.</param>
internal sealed record MonthPackDocument(string Path, string Month, int Runs, int Failures, int Drills, int Settings);
