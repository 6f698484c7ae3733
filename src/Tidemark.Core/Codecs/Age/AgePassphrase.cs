using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Generators;

namespace Tidemark.Codecs.Age;

/// <summary>A passphrase, as recipient and as opener (scrypt). Its stanza stands alone in a header.</summary>
internal sealed class AgePassphrase(string passphrase) : IAgeOpener
{
    // As age itself: 2^18 takes about a second and 256 MiB, and more than 2^22 is refused, so that a file cannot make us work for hours.
    private const int WorkFactor = 18, LargestWorkFactor = 22, SaltLength = 16;

    public AgeStanza Wrap(ReadOnlySpan<byte> fileKey)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new AgeStanza("scrypt", [AgeKeys.Base64(salt), WorkFactor.ToString(CultureInfo.InvariantCulture)], AgeKeys.Wrap(WrapKey(salt, WorkFactor), fileKey));
    }

    public byte[]? TryOpen(AgeStanza stanza)
    {
        if (stanza.Type != "scrypt") return null;
        if (stanza.Arguments.Count != 2 || AgeKeys.FromBase64(stanza.Arguments[0]) is not { Length: SaltLength } salt || stanza.Body.Length != AgeKeys.FileKeyLength + AgeKeys.TagLength
            || stanza.Arguments[1] is not { Length: 1 or 2 } text || text[0] == '0' || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var factor))
            throw new InvalidDataException("the age header holds a malformed scrypt stanza");
        if (factor > LargestWorkFactor) throw new InvalidDataException($"the age header asks for a scrypt work factor of 2^{factor}; at most 2^{LargestWorkFactor} is taken");
        return AgeKeys.Unwrap(WrapKey(salt, factor), stanza.Body);
    }

    private byte[] WrapKey(byte[] salt, int factor) => SCrypt.Generate(Encoding.UTF8.GetBytes(passphrase), [.. "age-encryption.org/v1/scrypt"u8, .. salt], 1 << factor, 8, 1, AgeKeys.KeyLength);
}
