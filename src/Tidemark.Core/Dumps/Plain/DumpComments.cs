namespace Tidemark.Dumps.Plain;

/// <summary>What pg_dump says in comment lines: the versions at the top, what each object is, and at the bottom that it came to its end.</summary>
internal sealed record DumpComments
{
    private bool _dumpEnd;
    private bool _clusterEnd;

    public bool IsClusterDump { get; private set; }

    public bool TrailerSeen => IsClusterDump ? _clusterEnd : _dumpEnd;

    public string? DumpedByVersion { get; private set; }

    public string? DumpedFromVersion { get; private set; }

    /// <summary>How many of each kind the dump makes, by pg_dump's own words: TABLE, INDEX, FK CONSTRAINT, …</summary>
    public Dictionary<string, long> Objects { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>As it is now, whatever is read later.</summary>
    public DumpComments Copy() => this with { Objects = new(Objects, StringComparer.Ordinal) };

    /// <param name="text">The line behind its two dashes.</param>
    public void Read(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd(" \t"u8);
        if (text.SequenceEqual(" PostgreSQL database dump complete"u8))
            _dumpEnd = true;
        else if (text.SequenceEqual(" PostgreSQL database cluster dump"u8))
            IsClusterDump = true;
        else if (text.SequenceEqual(" PostgreSQL database cluster dump complete"u8))
            IsClusterDump = _clusterEnd = true;
        else if (text.StartsWith(" Name: "u8))
            Tally(text);
        else if (text.StartsWith(" Dumped by pg_dump version "u8))
            DumpedByVersion ??= SqlBytes.Decode(text[" Dumped by pg_dump version ".Length..]);
        else if (text.StartsWith(" Dumped from database version "u8))
            DumpedFromVersion ??= SqlBytes.Decode(text[" Dumped from database version ".Length..]);
    }

    /// <remarks>A name may hold any words, the last mark is pg_dump's own.</remarks>
    private void Tally(ReadOnlySpan<byte> text)
    {
        var mark = "; Type: "u8;
        var at = text.LastIndexOf(mark);
        if (at < 0) return;
        // A view that others depend on in a circle comes twice: with its columns alone, and as its rule. It is one view.
        if (text[..at].EndsWith(" _RETURN"u8) && text[at..].StartsWith("; Type: RULE;"u8)) return;
        var kind = text[(at + mark.Length)..];
        if (kind.IndexOf((byte)';') is >= 0 and var end) kind = kind[..end];
        // pg_dump knows about fifty; a file may say anything.
        const int longest = 40, most = 100;
        if (kind.Length > longest) return;
        var word = SqlBytes.Decode(kind);
        if (Objects.Count < most || Objects.ContainsKey(word)) Objects[word] = Objects.GetValueOrDefault(word) + 1;
    }

    /// <summary>A statement follows: what looked like the end was none.</summary>
    public void GoesOn() => _dumpEnd = _clusterEnd = false;
}
