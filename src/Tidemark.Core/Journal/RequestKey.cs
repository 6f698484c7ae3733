namespace Tidemark.Journal;

/// <summary>A word of whoever asks, so that the same request sent twice is one.</summary>
/// <param name="Actor">Each has words of its own.</param>
/// <param name="Key">As it was sent.</param>
/// <param name="Body">SHA-256 of what was asked for.</param>
/// <param name="At">When.</param>
internal sealed record RequestKey(string Actor, string Key, string Body, DateTimeOffset At);
