using System.Buffers;

namespace Tidemark.Repositories.Packs;

/// <summary>Numbers and bytes one behind the other, as indexes and maps are made of. A number takes seven bits a byte, the lowest first; the top bit says that more follows (LEB128).</summary>
internal sealed class FieldWriter
{
    private readonly ArrayBufferWriter<byte> to = new();

    public int Length => to.WrittenCount;

    public ReadOnlySpan<byte> Written => to.WrittenSpan;

    public void Number(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Unsigned((ulong)value);
    }

    /// <summary>0, −1, 1, −2 … as 0, 1, 2, 3 …, so that small ones stay short.</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Hash(ContentHash hash)
    {
        hash.Write(to.GetSpan(ContentHash.Length));
        to.Advance(ContentHash.Length);
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => to.Write(bytes);

    /// <summary>Its length, then itself.</summary>
    public void Block(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        to.Write(bytes);
    }

    /// <summary>How many bytes it has in common with the one before, then the rest as a block.</summary>
    public void Name(ReadOnlySpan<byte> name, ReadOnlySpan<byte> before)
    {
        var shared = name.CommonPrefixLength(before);
        Number(shared);
        Block(name[shared..]);
    }

    private void Unsigned(ulong value)
    {
        for (; value > 0x7F; value >>= 7) to.Write([(byte)(value | 0x80)]);
        to.Write([(byte)value]);
    }
}
