namespace Tidemark.Dumps.Plain;

/// <summary>Sums rows by table and tells where each table's data begins and ends.</summary>
internal sealed class TableTally(Action<PlainDumpEvent>? onTable)
{
    private readonly Dictionary<(string Schema, string Table), int> _places = [];
    private readonly List<((string Schema, string Table) Name, long Rows)> _tables = [];
    private byte[] _insertHead = [];
    private int _open = -1;
    private long _openRows;

    /// <summary>The rows so far; <paramref name="more"/> are not added yet to the table that is open.</summary>
    public IReadOnlyList<TableRows> Tables(long more) =>
        [.. _tables.Select((t, place) => new TableRows(t.Name.Schema, t.Name.Table, t.Rows + (place == _open ? more : 0)))];

    public void Begin(string schema, string table)
    {
        if (!_places.TryGetValue((schema, table), out var place))
        {
            _places.Add((schema, table), place = _tables.Count);
            _tables.Add(((schema, table), 0));
        }
        if (place == _open)
            return;
        End();
        (_open, _openRows) = (place, 0);
        onTable?.Invoke(new(schema, table, 0, Ended: false));
    }

    /// <summary>Adds to the table that is open.</summary>
    public void Add(long rows)
    {
        _openRows += rows;
        _tables[_open] = (_tables[_open].Name, _tables[_open].Rows + rows);
    }

    /// <summary>Adds the rows of one INSERT; <paramref name="head"/> is its text up to VALUES, mostly that of the INSERT before.</summary>
    public void Insert(ReadOnlySpan<byte> head, long rows)
    {
        if (_open < 0 || !head.SequenceEqual(_insertHead))
        {
            var tokens = new SqlTokens(head);
            if (!tokens.Take("insert"u8) || !tokens.Take("into"u8))
                return;
            var (schema, table) = tokens.QualifiedName();
            Begin(schema, table);
            _insertHead = head.ToArray();
        }
        Add(rows);
    }

    /// <summary>Something else follows.</summary>
    public void End()
    {
        if (_open >= 0)
            onTable?.Invoke(new(_tables[_open].Name.Schema, _tables[_open].Name.Table, _openRows, Ended: true));
        _open = -1;
    }
}
