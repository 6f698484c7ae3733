using System.Security.Cryptography;
using System.Text;

namespace Tidemark.Codecs.Age;

/// <summary>How age derives and wraps keys (c2sp.org/age): HKDF-SHA-256, and ChaCha20-Poly1305 with an all-zero nonce for the file key.</summary>
internal static class AgeKeys
{
    public const int FileKeyLength = 16, TagLength = 16, KeyLength = 32, NonceLength = 12, PayloadNonceLength = 16;

    public static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, string info)
    {
        var key = new byte[KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, Encoding.ASCII.GetBytes(info));
        return key;
    }

    public static byte[] Wrap(byte[] wrapKey, ReadOnlySpan<byte> fileKey)
    {
        var wrapped = new byte[FileKeyLength + TagLength];
        using var cipher = new ChaCha20Poly1305(wrapKey);
        cipher.Encrypt(stackalloc byte[NonceLength], fileKey, wrapped.AsSpan(..FileKeyLength), wrapped.AsSpan(FileKeyLength..));
        return wrapped;
    }

    /// <summary>Null when it was wrapped with another key.</summary>
    public static byte[]? Unwrap(byte[] wrapKey, ReadOnlySpan<byte> wrapped)
    {
        var fileKey = new byte[FileKeyLength];
        using var cipher = new ChaCha20Poly1305(wrapKey);
        try
        {
            cipher.Decrypt(stackalloc byte[NonceLength], wrapped[..FileKeyLength], wrapped[FileKeyLength..], fileKey);
            return fileKey;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Of the header up to and including its last three dashes.</summary>
    public static byte[] HeaderMac(ReadOnlySpan<byte> fileKey, ReadOnlySpan<byte> header) => HMACSHA256.HashData(Derive(fileKey, [], "header"), header);

    public static byte[] PayloadKey(ReadOnlySpan<byte> fileKey, ReadOnlySpan<byte> nonce) => Derive(fileKey, nonce, "payload");

    /// <summary>Reads the nonce that follows the header.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static byte[] PayloadKeyAfter(Stream header, ReadOnlySpan<byte> fileKey)
    {
        var nonce = new byte[PayloadNonceLength];
        if (header.ReadAtLeast(nonce, nonce.Length, throwOnEndOfStream: false) < nonce.Length) throw new InvalidDataException("the age file ends after its header");
        return PayloadKey(fileKey, nonce);
    }

    /// <summary>Base64 without padding.</summary>
    public static string Base64(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <exception cref="InvalidDataException">It is not what <see cref="Base64"/> writes: age takes canonical text only.</exception>
    public static byte[] FromBase64(string text)
    {
        var bytes = new byte[text.Length * 3 / 4];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length) && Base64(bytes.AsSpan(..length)) == text
            ? bytes[..length] : throw new InvalidDataException("the age header holds text that is not canonical Base64");
    }
}
