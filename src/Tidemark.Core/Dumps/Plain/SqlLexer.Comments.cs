namespace Tidemark.Dumps.Plain;

/// <summary>Comments and psql commands.</summary>
internal sealed partial class SqlLexer
{
    private bool _lineWanted;
    private int _commentDepth;
    private byte _commentByte;

    private int SecondDash(ReadOnlySpan<byte> chunk, int at)
    {
        if (chunk[at] != '-')
            return NoComment(at);
        _inside = Inside.LineComment;
        _lineWanted = _atLineStart && !_statementOpen;
        if (_lineWanted)
            _line.Begin(at + 1);
        return at + 1;
    }

    private int StarAfterSlash(ReadOnlySpan<byte> chunk, int at)
    {
        if (chunk[at] != '*')
            return NoComment(at);
        (_inside, _commentDepth, _commentByte) = (Inside.BlockComment, 1, 0);
        return at + 1;
    }

    private int NoComment(int at)
    {
        _inside = Inside.Statement;
        if (!_statementOpen)
            BeginStatement(at);
        return at;
    }

    private int LineComment(ReadOnlySpan<byte> chunk, int at, out SqlPart part)
    {
        part = SqlPart.None;
        // A carriage return ends a comment too, and what follows is run.
        var length = chunk[at..].IndexOfAny((byte)'\n', (byte)'\r');
        if (length < 0)
            return chunk.Length;
        Resume();
        if (_lineWanted)
            part = SqlPart.CommentLine;
        return at + length;
    }

    private int BlockComment(ReadOnlySpan<byte> chunk, int at)
    {
        for (; at < chunk.Length; at++)
        {
            var pair = (_commentByte, chunk[at]);
            _commentByte = chunk[at];
            if (pair is not ((byte)'/', (byte)'*') and not ((byte)'*', (byte)'/'))
                continue;
            _commentDepth += pair.Item1 == '/' ? 1 : -1;
            _commentByte = 0;
            if (_commentDepth > 0)
                continue;
            Resume();
            return at + 1;
        }
        return at;
    }

    private int BeginPsqlCommand(int at)
    {
        _inside = Inside.PsqlCommand;
        _line.Begin(at);
        return at + 1;
    }

    private int PsqlCommand(ReadOnlySpan<byte> chunk, int at, out SqlPart part)
    {
        part = SqlPart.None;
        var length = chunk[at..].IndexOf((byte)'\n');
        if (length < 0)
            return chunk.Length;
        Resume();
        part = SqlPart.PsqlCommand;
        return at + length;
    }

    private void Resume() => (_inside, _atLineStart) = (_statementOpen ? Inside.Statement : Inside.Blank, false);
}
