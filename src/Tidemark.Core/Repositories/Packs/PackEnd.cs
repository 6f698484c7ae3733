using System.Buffers.Binary;

namespace Tidemark.Repositories.Packs;

/// <summary>The end of a pack: a skippable frame (RFC 8878, 3.1.2) that holds the packed index and, as its last 16 bytes, what finds it.</summary>
/// <param name="Packed">Bytes of the index as a zstd frame.</param>
/// <param name="Raw">Bytes of the index unpacked.</param>
internal readonly record struct PackEnd(int Packed, int Raw)
{
    public const int HeaderLength = 8, TrailerLength = 16;

    private const uint Skippable = 0x184D2A5E;
    private const ushort Format = 1;

    private static ReadOnlySpan<byte> Magic => "TMPACK"u8;

    /// <summary>Bytes of the whole end.</summary>
    public int Length => HeaderLength + Packed + TrailerLength;

    public byte[] Header()
    {
        var header = new byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Skippable);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)(Packed + TrailerLength));
        return header;
    }

    public byte[] Trailer()
    {
        var trailer = new byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, (uint)Packed);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), (uint)Raw);
        BinaryPrimitives.WriteUInt16LittleEndian(trailer.AsSpan(8), Format);
        Magic.CopyTo(trailer.AsSpan(10));
        return trailer;
    }

    public static bool IsTrailer(ReadOnlySpan<byte> trailer) => trailer[10..].SequenceEqual(Magic);

    /// <exception cref="InvalidDataException">It is none, or of a later format.</exception>
    public static PackEnd Read(ReadOnlySpan<byte> trailer)
    {
        if (!IsTrailer(trailer)) throw new InvalidDataException("it does not end as a pack does");
        var format = BinaryPrimitives.ReadUInt16LittleEndian(trailer[8..]);
        if (format != Format) throw new InvalidDataException($"it is of format {format}, and format {Format} is known here");
        var (packed, raw) = (BinaryPrimitives.ReadUInt32LittleEndian(trailer), BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]));
        if (packed > PackIndex.Largest || raw > PackIndex.Largest) throw new InvalidDataException($"its index would have {packed} bytes, {raw} unpacked");
        return new PackEnd((int)packed, (int)raw);
    }
}
