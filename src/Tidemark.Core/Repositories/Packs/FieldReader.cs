namespace Tidemark.Repositories.Packs;

/// <summary>Reads what a <see cref="FieldWriter"/> wrote. Anybody may have written it: each number has a bound, and what does not fit is an <see cref="InvalidDataException"/>.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> from)
{
    private ReadOnlySpan<byte> left = from;

    public readonly bool IsAtEnd => left.Length == 0;

    public long Number(long atMost)
    {
        var value = Unsigned();
        return value <= (ulong)atMost ? (long)value : throw new InvalidDataException($"the number {value} stands where at most {atMost} can");
    }

    public int Number(int atMost) => (int)Number((long)atMost);

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ContentHash Hash() => ContentHash.Read(Bytes(ContentHash.Length));

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > left.Length) throw new InvalidDataException("it ends too early");
        var bytes = left[..count];
        left = left[count..];
        return bytes;
    }

    public ReadOnlySpan<byte> Block(int atMost) => Bytes(Number(atMost));

    public byte[] Name(ReadOnlySpan<byte> before)
    {
        var shared = Number(before.Length);
        return [.. before[..shared], .. Block(PathText.Longest - shared)];
    }

    /// <exception cref="InvalidDataException">Something follows.</exception>
    public readonly void End()
    {
        if (left.Length > 0) throw new InvalidDataException($"{left.Length} bytes follow its end");
    }

    private ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Bytes(1)[0];
            // The tenth byte has room for one bit only.
            if (shift == 63 && next > 1) break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw new InvalidDataException("a number has more than 64 bits");
    }
}
