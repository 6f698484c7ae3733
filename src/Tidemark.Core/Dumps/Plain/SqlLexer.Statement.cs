using System.Buffers;

namespace Tidemark.Dumps.Plain;

/// <summary>Between statements, and in one outside quotes and comments.</summary>
internal sealed partial class SqlLexer
{
    private readonly byte[] _word = new byte[16];
    private int _wordLength;

    private int Blank(ReadOnlySpan<byte> chunk, int at)
    {
        for (; at < chunk.Length; at++)
        {
            var b = chunk[at];
            if (SqlBytes.IsBlank(b))
            {
                _atLineStart = b == '\n';
                continue;
            }
            switch (SqlBytes.Kinds[b])
            {
                case SqlBytes.Semicolon:
                    _atLineStart = false;
                    continue;
                case SqlBytes.Dash:
                    _inside = Inside.Dash;
                    return at + 1;
                case SqlBytes.Slash:
                    _inside = Inside.Slash;
                    return at + 1;
                case SqlBytes.Backslash:
                    return BeginPsqlCommand(at);
                default:
                    BeginStatement(at);
                    return at;
            }
        }
        return at;
    }

    private int Statement(ReadOnlySpan<byte> chunk, int at, out SqlPart part)
    {
        part = SqlPart.None;
        var kinds = SqlBytes.Kinds;
        while (at < chunk.Length)
        {
            if (!Shape.WordsMatter && (at = SkipWords(chunk, at)) == chunk.Length)
                return at;
            switch (kinds[chunk[at]])
            {
                case SqlBytes.Letter:
                    var start = at;
                    while (++at < chunk.Length && kinds[chunk[at]] <= SqlBytes.Dollar) { }
                    if (at == chunk.Length)
                    {
                        _inside = Inside.Word;
                        CarryWord(chunk[start..], 0);
                        return at;
                    }
                    if (EndWord(chunk[start..at], chunk[at], at))
                        return at + 1;
                    continue;
                case SqlBytes.Digit:
                    _inside = Inside.Number;
                    at = Number(chunk, at);
                    continue;
                case SqlBytes.Quote when StandardStrings:
                    // '' needs no care: the text goes on as a second string.
                    var length = chunk[(at + 1)..].IndexOf((byte)'\'');
                    if (length < 0)
                    {
                        _inside = Inside.Single;
                        return chunk.Length;
                    }
                    at += length + 2;
                    continue;
                case SqlBytes.Quote:
                    _inside = Inside.Escape;
                    return at + 1;
                case SqlBytes.DoubleQuote:
                    _inside = Inside.Double;
                    return at + 1;
                case SqlBytes.Dollar:
                    _dollar.Begin();
                    _inside = Inside.DollarTag;
                    return at + 1;
                case SqlBytes.Open:
                    Shape.Open();
                    break;
                case SqlBytes.Close:
                    Shape.Close();
                    break;
                case SqlBytes.Dash when at + 1 == chunk.Length || chunk[at + 1] == '-':
                    _inside = Inside.Dash;
                    return at + 1;
                case SqlBytes.Slash:
                    _inside = Inside.Slash;
                    return at + 1;
                case SqlBytes.Backslash:
                    return BeginPsqlCommand(at);
                case SqlBytes.Semicolon when Shape.MayEnd:
                    (_inside, _statementOpen, _atLineStart) = (Inside.Blank, false, false);
                    part = SqlPart.Statement;
                    return at + 1;
            }
            at++;
        }
        return at;
    }

    private static readonly SearchValues<byte> s_marks = SearchValues.Create("'\"$();-/\\"u8);

    /// <summary>To the next byte that may mean something, or to the word just before it, which may be its prefix (<c>E'</c>) or swallow it (<c>a$</c>).</summary>
    private static int SkipWords(ReadOnlySpan<byte> chunk, int start)
    {
        var length = chunk[start..].IndexOfAny(s_marks);
        var at = length < 0 ? chunk.Length : start + length;
        if (length >= 0 && chunk[at] is not ((byte)'\'' or (byte)'$'))
            return at;
        while (at > start && SqlBytes.Kinds[chunk[at - 1]] <= SqlBytes.Dollar)
            at--;
        return at;
    }

    private int Number(ReadOnlySpan<byte> chunk, int at)
    {
        // 1$$ is a number and a quote: unlike in a word, a dollar is no part of it.
        while (at < chunk.Length && SqlBytes.Kinds[chunk[at]] <= SqlBytes.Digit)
            at++;
        if (at < chunk.Length)
            _inside = Inside.Statement;
        return at;
    }

    private int RestOfWord(ReadOnlySpan<byte> chunk, int at)
    {
        var start = at;
        while (at < chunk.Length && SqlBytes.Kinds[chunk[at]] <= SqlBytes.Dollar)
            at++;
        CarryWord(chunk[start..at], _wordLength);
        if (at == chunk.Length)
            return at;
        _inside = Inside.Statement;
        // A longer word than the buffer is no keyword.
        var word = _wordLength <= _word.Length ? _word.AsSpan(0, _wordLength) : default;
        return EndWord(word, chunk[at], at) ? at + 1 : at;
    }

    private void CarryWord(ReadOnlySpan<byte> bytes, int before)
    {
        if (before + bytes.Length <= _word.Length)
            bytes.CopyTo(_word.AsSpan(before));
        _wordLength = Math.Min(before + bytes.Length, _word.Length + 1);
    }

    /// <summary>True when the word and the byte behind it are <c>E'</c>: a string with escapes is open.</summary>
    private bool EndWord(ReadOnlySpan<byte> word, byte next, int end)
    {
        if (next == '\'' && word is [(byte)'e' or (byte)'E'])
        {
            _inside = Inside.Escape;
            return true;
        }
        Shape.Word(word);
        if (Shape.ValuesSeen)
            _head.Close(end);
        return false;
    }
}
