using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Tidemark.BaseBackups;

/// <summary>The public half of a writer's key (Ed25519): tells what this writer wrote from what anybody could.</summary>
internal sealed class WriterIdentity
{
    private readonly byte[] publicKey;

    /// <exception cref="InvalidDataException">It is no such key.</exception>
    public WriterIdentity(byte[] publicKey)
    {
        if (publicKey.Length != Ed25519.PublicKeySize || !Ed25519.ValidatePublicKeyFull(publicKey, 0)) throw new InvalidDataException("this is no Ed25519 key");
        this.publicKey = publicKey;
    }

    /// <summary>The first 12 hex digits of the SHA-256 of the key.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(publicKey))[..12];

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static WriterIdentity Parse(string text)
    {
        var bytes = new byte[Ed25519.PublicKeySize];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == bytes.Length ? new WriterIdentity(bytes) : throw new InvalidDataException("this is no Ed25519 key in Base64");
    }

    public bool Wrote(byte[] document, byte[] signature) => signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature, 0, publicKey, 0, document, 0, document.Length);

    /// <summary>Base64.</summary>
    public override string ToString() => Convert.ToBase64String(publicKey);
}
