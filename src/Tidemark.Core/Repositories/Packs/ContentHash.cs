using System.Security.Cryptography;

namespace Tidemark.Repositories.Packs;

/// <summary>The first 16 bytes of a SHA-256: what a frame, an index or a chunk of a map is known by.</summary>
/// <param name="Value">Its bytes in order are those of the number, big endian.</param>
internal readonly record struct ContentHash(UInt128 Value)
{
    public const int Length = 16;

    public static ContentHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, whole);
        return Read(whole);
    }

    /// <param name="bytes">At least 16.</param>
    public static ContentHash Read(ReadOnlySpan<byte> bytes) => new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <exception cref="InvalidDataException">It is not 32 lower-case hex digits.</exception>
    public static ContentHash Parse(string text) =>
        text.Length == 2 * Length && UInt128.TryParse(text, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value) && new ContentHash(value) is var hash && hash.ToString() == text
            ? hash : throw new InvalidDataException($"'{text}' is no hash of 32 hex digits");

    public void Write(Span<byte> to) => System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(to, Value);

    public override string ToString() => Value.ToString("x32");
}
