namespace Tidemark.Dumps.Plain;

/// <summary>Counts the rows of a COPY block in text format: one a line, up to the line <c>\.</c>. Holds no data.</summary>
internal sealed class CopyData
{
    /// <summary>How much of <c>\.⏎</c> was seen since the line began (0 to 2), or <see cref="InLine"/>.</summary>
    private int _seen;
    private const int InLine = -1;

    public bool IsOpen { get; private set; }

    /// <summary>Complete lines so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The first row (from 0) that is <c>\.</c> and a carriage return: data to us, the end to psql. pg_dump never writes one.</summary>
    public long? DoubtfulRow { get; private set; }

    public void Begin() => (_seen, IsOpen, Rows, DoubtfulRow) = (0, true, 0, null);

    /// <summary>Reads from index <paramref name="at"/>; returns the index behind the block, or the chunk's length.</summary>
    public int Read(ReadOnlySpan<byte> chunk, int at)
    {
        while (at < chunk.Length && _seen != InLine)
        {
            var b = chunk[at];
            if (b == "\\.\n"u8[_seen])
            {
                at++;
                if (++_seen < 3)
                    continue;
                IsOpen = false;
                return at;
            }
            if (_seen == 2 && b == '\r')
                DoubtfulRow ??= Rows;
            _seen = InLine;
        }
        return at < chunk.Length ? Search(chunk, at) : at;
    }

    private int Search(ReadOnlySpan<byte> chunk, int start)
    {
        var at = start;
        var from = start;
        while (chunk[at..].IndexOf("\n\\."u8) is var found and >= 0)
        {
            at += found + 3;
            var next = at < chunk.Length ? chunk[at] : (byte)'.';
            if (next is not ((byte)'\n' or (byte)'\r'))
                continue;
            Rows += chunk[from..(at - 2)].Count((byte)'\n');
            from = at - 2;
            if (next == '\r')
            {
                DoubtfulRow ??= Rows;
                continue;
            }
            IsOpen = false;
            return at + 1;
        }
        Rows += chunk[from..].Count((byte)'\n');
        _seen = chunk[start..] switch
        {
            [.., (byte)'\n', (byte)'\\', (byte)'.'] => 2,
            [.., (byte)'\n', (byte)'\\'] => 1,
            [.., (byte)'\n'] => 0,
            _ => InLine,
        };
        return chunk.Length;
    }
}
