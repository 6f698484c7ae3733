namespace Tidemark.Dumps.Plain;

/// <summary>What a COPY statement does when psql runs it.</summary>
/// <param name="Schema">Empty when not given.</param>
/// <param name="Table">Empty for COPY of a query.</param>
/// <param name="BringsData">FROM stdin: data lines follow the statement's line.</param>
/// <param name="Fault">Why it is none of ours; null for text format to or from psql itself.</param>
internal sealed record CopyStatement(string Schema, string Table, bool BringsData, string? Fault)
{
    /// <summary>Reads the tokens behind the word COPY.</summary>
    public static CopyStatement Read(SqlTokens tokens)
    {
        var binary = tokens.Take("binary"u8);
        var rest = tokens;
        var (schema, table) = rest.Take("("u8) ? ("", "") : tokens.QualifiedName();
        rest = tokens;
        var from = rest.Find("from"u8);
        if (!from)
            rest = tokens;
        if (!from && !rest.Find("to"u8))
            return new(schema, table, false, "COPY that we cannot read");
        // The grammar lets stdout stand for stdin and the other way round.
        if (!rest.Take("stdin"u8) && !rest.Take("stdout"u8))
            return new(schema, table, false, "COPY with a file or a program of the server");
        return new(schema, table, from, !from ? null : Format(rest, binary));
    }

    private static string? Format(SqlTokens options, bool binary)
    {
        for (var token = options.Next(); !token.IsEnd && !token.Is("where"u8); token = options.Next())
        {
            if (token.Is("csv"u8) || token.Is("'csv'"u8) || token.Is("\"csv\""u8))
                return "COPY data in csv format: its rows cannot be counted";
            binary |= token.Is("binary"u8) || token.Is("'binary'"u8) || token.Is("\"binary\""u8);
        }
        return binary ? "COPY data in binary format: it cannot be read" : null;
    }
}
