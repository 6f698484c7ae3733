namespace Tidemark.Dumps.Plain;

/// <summary>COPY … FROM stdin and its data.</summary>
internal sealed partial class PlainDumpReader
{
    private bool _copyAnnounced;
    private bool _copyCounts;
    private bool _textAfterCopy;
    private bool _doubtTold;
    private long _copyFirstLine;
    private string _copyName = "";

    private void Copy(ReadOnlySpan<byte> text, CopyStatement copy, ReadOnlySpan<byte> chunk)
    {
        if (copy.Fault is { } fault)
            Forbid(_lexer.StatementLine(chunk), text, fault);
        if (!copy.BringsData)
            return;
        (_copyAnnounced, _textAfterCopy, _doubtTold, _copyCounts) = (true, false, false, copy.Fault is null);
        _copyName = new TableRows(copy.Schema, copy.Table, 0).ToString();
        if (_copyCounts)
            _tables.Begin(copy.Schema, copy.Table);
    }

    private int RestOfCopyLine(ReadOnlySpan<byte> chunk, int at)
    {
        // psql reads the data first and then what stands here; no dump has anything here, so it is refused and passed over.
        for (; at < chunk.Length && chunk[at] != '\n'; at++)
        {
            if (SqlBytes.IsBlank(chunk[at]) || _textAfterCopy)
                continue;
            _textAfterCopy = true;
            Forbid(_lexer.LineAt(chunk, at), [], $"text behind COPY {_copyName} FROM stdin; on its line");
        }
        if (at == chunk.Length)
            return at;
        _copyAnnounced = false;
        _copyFirstLine = _lexer.LineAt(chunk, at + 1);
        _copy.Begin();
        return at + 1;
    }

    private int CopyRows(ReadOnlySpan<byte> chunk, int at)
    {
        at = _copy.Read(chunk, at);
        if (_copy.DoubtfulRow is { } row && !_doubtTold)
        {
            _doubtTold = true;
            Forbid(_copyFirstLine + row, "\\."u8, $"a line \\. with a carriage return in the data of {_copyName}: psql ends the data there");
        }
        if (!_copy.IsOpen)
            EndCopy();
        return at;
    }

    private void EndCopy()
    {
        _lexer.NewLine();
        if (!_copyCounts)
            return;
        _tables.Add(_copy.Rows);
        _tables.End();
    }
}
