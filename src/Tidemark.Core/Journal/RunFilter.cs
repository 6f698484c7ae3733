namespace Tidemark.Journal;

/// <summary>Which runs are wanted; null is any.</summary>
internal sealed record RunFilter(string? Database, string? Kind, string? State, int Limit);
