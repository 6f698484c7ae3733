using Tidemark.Postgres;

namespace Tidemark.Dumps;

/// <summary>How many rows a dump holds for one table.</summary>
/// <param name="Schema">As the server stores it, without quotes; empty when the dump does not say.</param>
/// <param name="Table">As the server stores it, without quotes.</param>
/// <param name="Rows">Data lines of COPY, or value lists of INSERT; a table may have several blocks, here summed.</param>
internal sealed record TableRows(string Schema, string Table, long Rows)
{
    /// <summary>As one would type it: schema.table, quoted where a name needs it.</summary>
    public override string ToString() => Schema.Length == 0 ? Shown(Table) : $"{Shown(Schema)}.{Shown(Table)}";

    private static string Shown(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_') ? name : SqlText.Identifier(name);
}
