namespace Tidemark.Dumps.Plain;

/// <summary>A dollar-quoted text: <c>$tag$ … $tag$</c>, fed in any pieces.</summary>
internal sealed class DollarQuote
{
    private const int LongestTag = 64 * 1024;
    private byte[] _delimiter = new byte[64];
    private int _length;
    private int _matched;

    /// <summary>A dollar was seen where a quote may begin.</summary>
    public void Begin() => (_delimiter[0], _length, _matched) = ((byte)'$', 1, 0);

    /// <summary>What followed the first dollar so far: a word, when it turns out not to be a tag.</summary>
    public ReadOnlySpan<byte> Tag => _delimiter.AsSpan(1, _length - 1);

    /// <summary>Takes the next byte of the tag. Null: the tag goes on; true: the quote is open; false: this byte belongs to no tag.</summary>
    public bool? Next(byte b)
    {
        var kind = SqlBytes.Kinds[b];
        if (kind > SqlBytes.Dollar || (kind == SqlBytes.Digit && _length == 1) || _length == LongestTag)
            return false;
        if (_length == _delimiter.Length)
            Array.Resize(ref _delimiter, 2 * _length);
        _delimiter[_length++] = b;
        return kind == SqlBytes.Dollar ? true : null;
    }

    /// <summary>Reads from <paramref name="at"/> to behind the closing tag or to the chunk's end.</summary>
    public int Read(ReadOnlySpan<byte> chunk, int at, out bool closed)
    {
        closed = false;
        var delimiter = _delimiter.AsSpan(0, _length);
        // Dollars stand only at the delimiter's ends: after a mismatch no shorter beginning can match but a new dollar.
        while (_matched > 0 && at < chunk.Length)
        {
            if (chunk[at] != delimiter[_matched])
            {
                _matched = 0;
                break;
            }
            at++;
            if (++_matched == _length)
            {
                closed = true;
                return at;
            }
        }
        if (at == chunk.Length)
            return at;
        var rest = chunk[at..];
        if (rest.IndexOf(delimiter) is var found and >= 0)
        {
            closed = true;
            return at + found + _length;
        }
        var tail = rest[Math.Max(0, rest.Length - _length + 1)..];
        tail = tail[Math.Max(0, tail.LastIndexOf((byte)'$'))..];
        _matched = delimiter.StartsWith(tail) ? tail.Length : 0;
        return chunk.Length;
    }
}
