using Tidemark.Journal;

namespace Tidemark.Runs;

/// <summary>A run that has just begun, or just ended.</summary>
/// <param name="Run">As the journal has it.</param>
/// <param name="ExitCode">0: it succeeded; null: it has just begun.</param>
/// <param name="IsChecked">Of a backup that succeeded: it was read from end to end and found whole.</param>
internal sealed record RunNews(RunRow Run, int? ExitCode, bool IsChecked);
