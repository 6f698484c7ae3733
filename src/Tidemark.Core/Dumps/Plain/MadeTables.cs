namespace Tidemark.Dumps.Plain;

/// <summary>The tables that a dump makes and that can hold rows of their own.</summary>
internal sealed class MadeTables
{
    private readonly List<(string Schema, string Table)> _tables = [];

    public void Read(SqlToken verb, SqlTokens rest)
    {
        if (!verb.Is("create"u8))
            return;
        _ = rest.Take("unlogged"u8);
        if (!rest.Take("table"u8))
            return;
        if (rest.Take("if"u8) && rest.Take("not"u8))
            rest.Take("exists"u8);
        var name = rest.QualifiedName();
        // PARTITION BY stands behind the columns; PARTITION OF, which has rows, is followed by no BY.
        while (rest.Find("partition"u8))
            if (rest.Take("by"u8))
                return;
        _tables.Add(name);
    }

    public IReadOnlyList<string> Without(IReadOnlyList<TableRows> filled)
    {
        var have = filled.Select(table => (table.Schema, table.Table)).ToHashSet();
        return [.. _tables.Where(table => !have.Contains(table)).Select(table => new TableRows(table.Schema, table.Table, 0).ToString())];
    }
}
