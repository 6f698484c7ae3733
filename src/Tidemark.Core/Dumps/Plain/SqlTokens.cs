namespace Tidemark.Dumps.Plain;

/// <summary>The tokens of one statement, comments and blanks left out. For what pg_dump writes: E'…' and dollar quotes are not told apart from words and symbols.</summary>
internal ref struct SqlTokens(ReadOnlySpan<byte> statement)
{
    private readonly ReadOnlySpan<byte> _text = statement;
    private int _at;

    /// <summary>Bytes read: the index behind the last token.</summary>
    public readonly int At => _at;

    public SqlToken Next()
    {
        SkipBlank();
        if (_at >= _text.Length)
            return default;
        var start = _at;
        var first = _text[_at++];
        switch (SqlBytes.Kinds[first])
        {
            case SqlBytes.Quote or SqlBytes.DoubleQuote:
                SkipQuoted(first);
                break;
            case SqlBytes.Letter or SqlBytes.Digit:
                while (_at < _text.Length && SqlBytes.Kinds[_text[_at]] <= SqlBytes.Dollar)
                    _at++;
                break;
        }
        return new(_text[start.._at]);
    }

    /// <summary>True, and past it, when the next token is this keyword or symbol.</summary>
    public bool Take(ReadOnlySpan<byte> keyword)
    {
        var before = _at;
        if (Next().Is(keyword))
            return true;
        _at = before;
        return false;
    }

    /// <summary>Past the next of this keyword outside parentheses; false when there is none.</summary>
    public bool Find(ReadOnlySpan<byte> keyword)
    {
        var depth = 0;
        for (var token = Next(); !token.IsEnd; token = Next())
        {
            depth += token.Text[0] switch { (byte)'(' => 1, (byte)')' => -1, _ => 0 };
            if (depth == 0 && token.Is(keyword))
                return true;
        }
        return false;
    }

    /// <summary>Reads <c>[schema.]name</c>; a database's name before the schema is left out.</summary>
    public (string Schema, string Name) QualifiedName()
    {
        var (schema, name) = ("", Next().Value());
        while (Take("."u8))
            (schema, name) = (name, Next().Value());
        return (schema, name);
    }

    private void SkipQuoted(byte quote)
    {
        while (_at < _text.Length)
        {
            var length = _text[_at..].IndexOf(quote);
            _at = length < 0 ? _text.Length : _at + length + 1;
            if (_at >= _text.Length || _text[_at] != quote)
                return;
            _at++;
        }
    }

    private void SkipBlank()
    {
        for (var depth = 0; _at < _text.Length;)
        {
            var two = _text[_at..Math.Min(_at + 2, _text.Length)];
            if (two.SequenceEqual("/*"u8) || (depth > 0 && two.SequenceEqual("*/"u8)))
            {
                depth += two[0] == '/' ? 1 : -1;
                _at += 2;
            }
            else if (depth > 0 || SqlBytes.IsBlank(two[0]))
            {
                _at++;
            }
            else if (two.SequenceEqual("--"u8))
            {
                var length = _text[_at..].IndexOfAny((byte)'\n', (byte)'\r');
                _at = length < 0 ? _text.Length : _at + length;
            }
            else
            {
                return;
            }
        }
    }
}
