namespace Tidemark.Restores;

/// <summary>Which part of a dump the user asked for; null in the options means all of it.</summary>
/// <param name="Schemas">As typed. With none and no tables: every one.</param>
/// <param name="Tables">As typed.</param>
/// <param name="Content">Definitions, rows or both.</param>
internal sealed record RestorePart(IReadOnlyList<string> Schemas, IReadOnlyList<string> Tables, PartContent Content)
{
    public bool NamesNothing => Schemas.Count == 0 && Tables.Count == 0;

    public override string ToString() =>
        (NamesNothing ? "every table" : string.Join(", ", [.. Schemas.Select(schema => $"schema {schema}"), .. Tables.Select(table => $"table {table}")]))
        + Content switch { PartContent.SchemaOnly => ", definitions without rows", PartContent.DataOnly => ", rows only", _ => "" };
}

internal enum PartContent
{
    All,
    SchemaOnly,
    DataOnly,
}
