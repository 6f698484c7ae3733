namespace Tidemark.Dumps.Plain;

/// <summary>A table's data begins (<paramref name="Ended"/> false, no rows yet) or ends (with the rows of this block).</summary>
internal readonly record struct PlainDumpEvent(string Schema, string Table, long Rows, bool Ended);
