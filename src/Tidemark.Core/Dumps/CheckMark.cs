namespace Tidemark.Dumps;

/// <summary>The latest outcome of <c>verify</c>, kept beside the dump as <c>file.check.json</c>: a damaged dump is never taken for a good one again.</summary>
internal sealed record CheckMark(DateTimeOffset CheckedAt, bool Passed, IReadOnlyList<string> Findings);
