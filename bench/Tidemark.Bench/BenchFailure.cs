namespace Tidemark.Bench;

/// <summary>Why there is no result; the message is for a person.</summary>
internal sealed class BenchFailure(string message) : Exception(message);
