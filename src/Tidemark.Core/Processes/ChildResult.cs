namespace Tidemark.Processes;

internal sealed record ChildResult(int ExitCode, string Output, string ErrorText);
