namespace Tidemark.Dumps.Plain;

/// <summary>Cuts SQL text into statements and psql commands exactly where psql does (source: psqlscan.l of PostgreSQL 15), fed in any pieces.</summary>
/// <remarks>Keeps no more than the first 256 KiB of a statement. COPY data is not SQL: the caller takes it away before the next call.</remarks>
internal sealed partial class SqlLexer
{
    private enum Inside
    {
        ByteOrderMark, Blank, Statement, Word, Number, Dash, Slash, LineComment, BlockComment, PsqlCommand,
        Single, Escape, EscapedByte, EscapeEnd, Double, DollarTag, Dollar,
    }

    private readonly KeptText _head = new(256 * 1024);
    private readonly KeptText _line = new(OutsideReach.LongestLine);
    private readonly LineNumbers _lines = new();
    private Inside _inside = Inside.ByteOrderMark;
    private int _markSeen;
    private bool _statementOpen;
    private bool _atLineStart = true;
    private int _startedAt;
    private long? _startedOnLine;

    /// <summary>False: a backslash in '…' escapes. Set by what the dump says.</summary>
    public bool StandardStrings { get; set; } = true;

    public StatementShape Shape { get; } = new();

    /// <summary>A psql command was found in the midst of a statement.</summary>
    public bool CommandInStatement => _statementOpen;

    /// <summary>Reads from <paramref name="at"/> up to the end of the next part, or of the chunk; returns the index behind it.</summary>
    public int Read(ReadOnlySpan<byte> chunk, int at, out SqlPart part)
    {
        part = SqlPart.None;
        while (at < chunk.Length && part == SqlPart.None)
            at = _inside switch
            {
                Inside.Statement => Statement(chunk, at, out part),
                Inside.Blank => Blank(chunk, at),
                Inside.ByteOrderMark => ByteOrderMark(chunk, at),
                Inside.Word => RestOfWord(chunk, at),
                Inside.Number => Number(chunk, at),
                Inside.Dash => SecondDash(chunk, at),
                Inside.Slash => StarAfterSlash(chunk, at),
                Inside.LineComment => LineComment(chunk, at, out part),
                Inside.BlockComment => BlockComment(chunk, at),
                Inside.PsqlCommand => PsqlCommand(chunk, at, out part),
                _ => Quoted(chunk, at),
            };
        return at;
    }

    /// <summary>The statement's beginning (INSERT: up to VALUES), the comment without its dashes, or the psql command.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> chunk, int end, SqlPart part) => (part == SqlPart.Statement ? _head : _line).Take(chunk, end);

    /// <summary>1-based line on which the last statement began.</summary>
    public long StatementLine(ReadOnlySpan<byte> chunk) => _startedOnLine ?? _lines.At(chunk, _startedAt);

    /// <summary>1-based line of an index.</summary>
    public long LineAt(ReadOnlySpan<byte> chunk, int at) => _lines.At(chunk, at);

    /// <summary>The caller took whole lines away: the next byte begins one.</summary>
    public void NewLine() => _atLineStart = true;

    /// <summary>To be called with every chunk, wholly read, before the next.</summary>
    public void Passed(ReadOnlySpan<byte> chunk)
    {
        _startedOnLine ??= _lines.At(chunk, _startedAt);
        _head.Carry(chunk);
        _line.Carry(chunk);
        _lines.Passed(chunk);
    }

    /// <summary>The comment or psql command that the last line is, when no newline follows it; to be asked when all is passed.</summary>
    public SqlPart LastLine(out ReadOnlySpan<byte> text)
    {
        text = _line.Carried;
        return _inside switch
        {
            Inside.LineComment when _lineWanted => SqlPart.CommentLine,
            Inside.PsqlCommand => SqlPart.PsqlCommand,
            _ => SqlPart.None,
        };
    }

    /// <summary>Null between statements; else what the text stops in.</summary>
    public string? OpenEnd()
    {
        var inside = _inside switch
        {
            Inside.Single or Inside.Escape or Inside.EscapedByte => "a quoted string",
            Inside.Double => "a quoted identifier",
            Inside.Dollar => "a dollar-quoted string",
            Inside.BlockComment => "a comment",
            Inside.PsqlCommand => "a psql command",
            _ => null,
        };
        if (!_statementOpen)
            return inside is null ? null : $"inside {inside}";
        var excerpt = SqlBytes.Excerpt(_head.Carried);
        return $"inside {(inside is null ? "" : inside + " of ")}the statement that begins on line {_startedOnLine}: {excerpt}";
    }

    private void BeginStatement(int at)
    {
        (_statementOpen, _inside) = (true, Inside.Statement);
        (_startedAt, _startedOnLine) = (at, null);
        _head.Begin(at);
        Shape.Begin();
    }

    private int ByteOrderMark(ReadOnlySpan<byte> chunk, int at)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        if (chunk[at] == mark[_markSeen] && ++_markSeen < 3)
            return at + 1;
        _inside = Inside.Blank;
        return _markSeen == 3 ? at + 1 : at;
    }
}
