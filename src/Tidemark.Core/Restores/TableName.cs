namespace Tidemark.Restores;

/// <summary>A table as typed: <c>orders</c>, <c>sales.orders</c>, <c>sales."Odd. name"</c>. Exact: no pattern, no folding of case.</summary>
/// <param name="Schema">Null: in whichever schema it is.</param>
/// <param name="Table">Without quotes.</param>
internal sealed record TableName(string? Schema, string Table)
{
    /// <exception cref="Fault">2: it cannot be a name.</exception>
    public static TableName Parse(string typed)
    {
        var parts = Parts(typed);
        return parts switch
        {
            [{ Length: > 0 } table] => new(null, table),
            [{ Length: > 0 } schema, { Length: > 0 } table] => new(schema, table),
            _ => throw new Fault(FaultCode.Usage, "this is no name of a table") { Where = $"--table {typed}", Next = "--table orders, --table sales.orders, or with quotes where a name holds a dot: --table 'sales.\"odd.name\"'" },
        };
    }

    /// <summary>A schema's name, with or without quotes; its dots are its own.</summary>
    public static string Unquoted(string typed) => typed.Length > 2 && typed[0] == '"' && Parts(typed) is [var name] ? name : typed;

    /// <summary>Split at the dots outside quotes; the quotes are off. Empty when a quote is open or something follows one.</summary>
    private static List<string> Parts(string typed)
    {
        var parts = new List<string>();
        for (var at = 0; ;)
        {
            var end = at;
            if (at < typed.Length && typed[at] == '"')
            {
                for (end = at + 1; end < typed.Length && (typed[end] != '"' || (end + 1 < typed.Length && typed[end + 1] == '"')); end++)
                    if (typed[end] == '"') end++;
                if (end >= typed.Length) return [];
                parts.Add(typed[(at + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal));
                end++;
            }
            else
            {
                while (end < typed.Length && typed[end] != '.') end++;
                parts.Add(typed[at..end]);
            }
            if (end == typed.Length) return parts;
            if (typed[end] != '.') return [];
            at = end + 1;
        }
    }
}
