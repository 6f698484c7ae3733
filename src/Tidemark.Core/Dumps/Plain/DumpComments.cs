namespace Tidemark.Dumps.Plain;

/// <summary>What pg_dump says in comment lines: the versions at the top, and at the bottom that it came to its end.</summary>
internal sealed record DumpComments
{
    private bool _dumpEnd;
    private bool _clusterEnd;

    public bool IsClusterDump { get; private set; }

    public bool TrailerSeen => IsClusterDump ? _clusterEnd : _dumpEnd;

    public string? DumpedByVersion { get; private set; }

    public string? DumpedFromVersion { get; private set; }

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
        else if (text.StartsWith(" Dumped by pg_dump version "u8))
            DumpedByVersion ??= SqlBytes.Decode(text[" Dumped by pg_dump version ".Length..]);
        else if (text.StartsWith(" Dumped from database version "u8))
            DumpedFromVersion ??= SqlBytes.Decode(text[" Dumped from database version ".Length..]);
    }

    /// <summary>A statement follows: what looked like the end was none.</summary>
    public void GoesOn() => _dumpEnd = _clusterEnd = false;
}
