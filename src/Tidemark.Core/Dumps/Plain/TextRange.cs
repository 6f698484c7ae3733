namespace Tidemark.Dumps.Plain;

/// <summary>Bytes of the text, counted from its beginning.</summary>
internal readonly record struct TextRange(long Start, int Length);
