namespace Tidemark.Dumps;

/// <summary>The fields of a custom archive's head, one after the other; each is copied as it is, unless another text is put in its place.</summary>
/// <remarks>src/bin/pg_dump/pg_backup_archiver.c, ReadHead, ReadInt and ReadStr; versions 1.14 (PostgreSQL 12), 1.15 (16) and 1.16 (17, 18).</remarks>
/// <param name="archive">From its first byte on. No more is read than what is asked for.</param>
/// <param name="copy">Null: they are only read.</param>
internal sealed class ArchiveFields(Stream archive, Stream? copy = null)
{
    /// <summary>Enough for any field but long definitions, so that a damaged length asks for no memory.</summary>
    private const int Piece = 1024 * 1024;

    private readonly byte[] small = new byte[9];
    private int integerSize, offsetSize;

    /// <summary>Major in the high byte, minor in the low one.</summary>
    public int Version { get; private set; }

    /// <summary>Reads up to the first entry.</summary>
    /// <returns>How many entries follow.</returns>
    /// <exception cref="InvalidDataException">The form is not known, or it makes no sense.</exception>
    public int Begin()
    {
        Fixed("PGDMP".Length);
        var version = Fixed(3);
        Version = (version[0] << 8) | version[1];
        if (Version is < 0x10e or > 0x110) throw new InvalidDataException($"it has the form {Version >> 8}.{Version & 255}; known are 1.14 to 1.16");
        var sizes = Fixed(3);
        (integerSize, offsetSize) = (sizes[0], sizes[1]);
        if (integerSize is < 4 or > 8 || offsetSize is < 4 or > 8) throw new InvalidDataException("its header makes no sense");
        // How the data is compressed: one byte, before 1.15 a level.
        if (Version >= 0x10f) Fixed(1);
        else Integer();
        // The time, in seven parts.
        for (var part = 0; part < 7; part++) Integer();
        // The database, the server's version, pg_dump's version.
        for (var text = 0; text < 3; text++) Text();
        var count = Integer();
        return count >= 0 ? count : throw new InvalidDataException($"it claims to have {count} entries");
    }

    /// <summary>A sign, then the bytes, the least first.</summary>
    public int Integer()
    {
        var value = ReadInteger();
        copy?.Write(small, 0, 1 + integerSize);
        return value;
    }

    /// <param name="changed">What to copy in the place of a text; null: the text itself.</param>
    public byte[]? Text(Func<byte[], byte[]>? changed = null)
    {
        var length = ReadInteger();
        if (length < 0)
        {
            copy?.Write(small, 0, 1 + integerSize);
            return null;
        }
        var text = Bytes(length);
        var other = changed?.Invoke(text) ?? text;
        if (!ReferenceEquals(other, text))
            for (var i = 0; i < integerSize; i++) small[1 + i] = i < sizeof(int) ? (byte)(other.Length >> (8 * i)) : (byte)0;
        copy?.Write(small, 0, 1 + integerSize);
        copy?.Write(other);
        return text;
    }

    /// <summary>Where an entry's data lies, unless pg_dump could not seek back.</summary>
    public void Offset() => Fixed(1 + offsetSize);

    private int ReadInteger()
    {
        archive.ReadExactly(small, 0, 1 + integerSize);
        long value = 0;
        for (var i = 0; i < integerSize; i++) value |= (long)small[1 + i] << (8 * i);
        return checked((int)(small[0] != 0 ? -value : value));
    }

    private ReadOnlySpan<byte> Fixed(int count)
    {
        archive.ReadExactly(small, 0, count);
        copy?.Write(small, 0, count);
        return small.AsSpan(0, count);
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[Math.Min(length, Piece)];
        for (var got = 0; got < length;)
        {
            if (got == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(length, 2L * got));
            archive.ReadExactly(bytes, got, bytes.Length - got);
            got = bytes.Length;
        }
        return bytes;
    }
}
