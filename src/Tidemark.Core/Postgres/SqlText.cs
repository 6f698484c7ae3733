namespace Tidemark.Postgres;

/// <summary>Quotes names and values for SQL text, as quote_ident and quote_literal do, but always quoting.</summary>
internal static class SqlText
{
    public static string Identifier(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    public static string Identifier(string schema, string name) => Identifier(schema) + "." + Identifier(name);

    /// <summary>Safe whatever standard_conforming_strings says: a backslash forces the E'' form.</summary>
    public static string Literal(string value)
    {
        var quoted = "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";
        return value.Contains('\\', StringComparison.Ordinal) ? " E" + quoted.Replace("\\", "\\\\", StringComparison.Ordinal) : quoted;
    }
}
