using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace Tidemark.Codecs.Age;

/// <summary>A public key that files are encrypted to: <c>age1…</c> (X25519).</summary>
internal sealed class AgeRecipient
{
    private const string Prefix = "age", Info = "age-encryption.org/v1/X25519";

    private readonly byte[] publicKey;

    public AgeRecipient(byte[] publicKey) => this.publicKey = publicKey;

    /// <exception cref="FormatException">With the reason, fit to be shown.</exception>
    public static AgeRecipient Parse(string text)
    {
        if (text.StartsWith("AGE-SECRET-KEY-", StringComparison.OrdinalIgnoreCase)) throw new FormatException("this is a secret key; a recipient is its public half, age1… (age-keygen -y FILE prints it)");
        if (text.StartsWith("ssh-", StringComparison.Ordinal)) throw new FormatException("SSH keys are not taken as recipients; make an age key: age-keygen -o FILE");
        if (Bech32.Decode(text) is not { } decoded) throw new FormatException("this is no age recipient, or a letter of it is wrong: it reads age1… and 58 letters more");
        if (decoded.Prefix != Prefix) throw new FormatException($"recipients of the kind {decoded.Prefix}1… are not supported, only X25519: age1… and 58 letters more");
        return decoded.Bytes.Length == AgeKeys.KeyLength ? new AgeRecipient(decoded.Bytes) : throw new FormatException("this age recipient has not the length of an X25519 key");
    }

    public AgeStanza Wrap(ReadOnlySpan<byte> fileKey)
    {
        var ephemeral = RandomNumberGenerator.GetBytes(AgeKeys.KeyLength);
        var share = PublicOf(ephemeral);
        var wrapKey = WrapKey(ephemeral, publicKey, share, publicKey) ?? throw new FormatException($"{this} is a key of low order: what is encrypted to it anybody can read");
        return new AgeStanza("X25519", [AgeKeys.Base64(share)], AgeKeys.Wrap(wrapKey, fileKey));
    }

    public override string ToString() => Bech32.Encode(Prefix, publicKey);

    public static byte[] PublicOf(byte[] secret)
    {
        var result = new byte[AgeKeys.KeyLength];
        X25519.ScalarMultBase(secret, 0, result, 0);
        return result;
    }

    /// <summary>Null when the shared secret is all zero: the point is of low order, which age refuses.</summary>
    public static byte[]? WrapKey(byte[] secret, byte[] other, byte[] share, byte[] recipient)
    {
        var shared = new byte[AgeKeys.KeyLength];
        return X25519.CalculateAgreement(secret, 0, other, 0, shared, 0) ? AgeKeys.Derive(shared, [.. share, .. recipient], Info) : null;
    }
}
