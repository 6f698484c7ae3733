using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tidemark.Codecs.Age;

/// <summary>The body of an age file: chunks of 64 KiB, each sealed by itself with its number and whether it is the last (STREAM).</summary>
internal sealed class AgeChunks(byte[] payloadKey) : IDisposable
{
    public const int Length = 64 * 1024, SealedLength = Length + AgeKeys.TagLength;

    private readonly ChaCha20Poly1305 cipher = new(payloadKey);
    private readonly byte[] nonce = new byte[AgeKeys.NonceLength];

    /// <summary>The number of the next chunk; a reader may go anywhere.</summary>
    public long Next { get; set; }

    /// <returns>How many bytes of <paramref name="into"/> are the sealed chunk.</returns>
    public int Seal(ReadOnlySpan<byte> plain, bool last, Span<byte> into)
    {
        Step(last);
        cipher.Encrypt(nonce, plain, into[..plain.Length], into.Slice(plain.Length, AgeKeys.TagLength));
        return plain.Length + AgeKeys.TagLength;
    }

    /// <returns>False when it is not that chunk, or was changed.</returns>
    public bool TryOpen(ReadOnlySpan<byte> sealedChunk, bool last, Span<byte> into)
    {
        Step(last);
        try
        {
            cipher.Decrypt(nonce, sealedChunk[..^AgeKeys.TagLength], sealedChunk[^AgeKeys.TagLength..], into[..(sealedChunk.Length - AgeKeys.TagLength)]);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => cipher.Dispose();

    // 11 bytes of number, big endian (the upper three stay zero: 2^63 chunks are enough), and one that says "last".
    private void Step(bool last)
    {
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(3, 8), Next++);
        nonce[^1] = last ? (byte)1 : (byte)0;
    }
}
