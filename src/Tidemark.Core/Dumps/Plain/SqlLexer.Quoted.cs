namespace Tidemark.Dumps.Plain;

/// <summary>Inside quotes of all kinds.</summary>
internal sealed partial class SqlLexer
{
    private readonly DollarQuote _dollar = new();

    private int Quoted(ReadOnlySpan<byte> chunk, int at) => _inside switch
    {
        Inside.Single => Until((byte)'\'', chunk, at),
        Inside.Double => Until((byte)'"', chunk, at),
        Inside.Escape => Escape(chunk, at),
        Inside.EscapeEnd => EscapeEnd(chunk, at),
        Inside.DollarTag => DollarTag(chunk, at),
        Inside.Dollar => Dollar(chunk, at),
        _ => EscapedByte(at),
    };

    private int Until(byte quote, ReadOnlySpan<byte> chunk, int at)
    {
        var length = chunk[at..].IndexOf(quote);
        if (length < 0)
            return chunk.Length;
        _inside = Inside.Statement;
        return at + length + 1;
    }

    private int Escape(ReadOnlySpan<byte> chunk, int at)
    {
        var length = chunk[at..].IndexOfAny((byte)'\'', (byte)'\\');
        if (length < 0)
            return chunk.Length;
        _inside = chunk[at + length] == '\\' ? Inside.EscapedByte : Inside.EscapeEnd;
        return at + length + 1;
    }

    private int EscapedByte(int at)
    {
        _inside = Inside.Escape;
        return at + 1;
    }

    private int EscapeEnd(ReadOnlySpan<byte> chunk, int at)
    {
        // Here '' matters: what follows still knows escapes. (A string that goes on after a newline does not, to psql's lexer: it reads by lines.)
        _inside = chunk[at] == '\'' ? Inside.Escape : Inside.Statement;
        return _inside == Inside.Escape ? at + 1 : at;
    }

    private int DollarTag(ReadOnlySpan<byte> chunk, int at)
    {
        for (; at < chunk.Length; at++)
        {
            switch (_dollar.Next(chunk[at]))
            {
                case true:
                    _inside = Inside.Dollar;
                    return at + 1;
                case false:
                    _inside = _dollar.Tag.IsEmpty ? Inside.Statement : Inside.Word;
                    CarryWord(_dollar.Tag, 0);
                    return at;
            }
        }
        return at;
    }

    private int Dollar(ReadOnlySpan<byte> chunk, int at)
    {
        at = _dollar.Read(chunk, at, out var closed);
        if (closed)
            _inside = Inside.Statement;
        return at;
    }
}
