namespace Tidemark.Dumps.Plain;

/// <summary>Tells SQL text from archives, compressed files and other binaries.</summary>
internal sealed class OpeningBytes
{
    private const int Wanted = 16;
    private readonly byte[] _first = new byte[Wanted];
    private int _count;
    private bool _nul;

    /// <summary>No NUL so far (text of PostgreSQL cannot hold one), no control character in the first 16 bytes, and a first letter that SQL may begin with.</summary>
    public bool LookLikeSql => !_nul && OpensLikeSql();

    /// <summary>psql passes it over on the first line of a file only; empty where there is none.</summary>
    public IEnumerable<TextRange> ByteOrderMark => _first.AsSpan(0, _count) is [0xEF, 0xBB, 0xBF, ..] ? [new(0, 3)] : [];

    public void Read(ReadOnlySpan<byte> chunk)
    {
        var taken = Math.Min(Wanted - _count, chunk.Length);
        chunk[..taken].CopyTo(_first.AsSpan(_count));
        _count += taken;
        _nul = _nul || chunk.Contains((byte)0);
    }

    private bool OpensLikeSql()
    {
        var first = _first.AsSpan(0, _count);
        if (first is [0xEF, 0xBB, 0xBF, ..])
            first = first[3..];
        if (first.StartsWith("PGDMP"u8))
            return false;
        foreach (var b in first)
            if (b is 0x7F or < 0x20 && !SqlBytes.IsBlank(b))
                return false;
        first = first.TrimStart(" \t\n\v\f\r"u8);
        return first is [var b0, ..] && (char.IsAsciiLetter((char)b0) || b0 is (byte)'-' or (byte)'/' or (byte)'\\');
    }
}
