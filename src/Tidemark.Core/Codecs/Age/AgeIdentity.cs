using System.Security.Cryptography;

namespace Tidemark.Codecs.Age;

/// <summary>A secret key that opens what was encrypted to its recipient: <c>AGE-SECRET-KEY-1…</c> (X25519).</summary>
internal sealed class AgeIdentity : IAgeOpener
{
    private const string Prefix = "age-secret-key-";

    private readonly byte[] secret;
    private readonly byte[] publicKey;

    private AgeIdentity(byte[] secret) => (this.secret, publicKey) = (secret, AgeRecipient.PublicOf(secret));

    public AgeRecipient Recipient => new(publicKey);

    public static AgeIdentity Generate() => new(RandomNumberGenerator.GetBytes(AgeKeys.KeyLength));

    /// <exception cref="FormatException">With the reason, fit to be shown; the key itself is not in it.</exception>
    public static AgeIdentity Parse(string text) =>
        Bech32.Decode(text) is { Prefix: Prefix, Bytes: { Length: AgeKeys.KeyLength } bytes } ? new AgeIdentity(bytes) : throw new FormatException("this is no age identity, or a letter of it is wrong: it reads AGE-SECRET-KEY-1… and 58 letters more");

    /// <summary>The text of an identity file: one identity a line; empty lines and those that begin with # are passed over.</summary>
    /// <exception cref="FormatException">With line and reason.</exception>
    public static IReadOnlyList<AgeIdentity> ParseFile(string text)
    {
        var identities = new List<AgeIdentity>();
        foreach (var (line, at) in text.Split('\n').Select((line, at) => (line.Trim(), at + 1)).Where(numbered => numbered.Item1.Length > 0 && numbered.Item1[0] != '#'))
            try
            {
                identities.Add(Parse(line));
            }
            catch (FormatException unreadable)
            {
                throw new FormatException($"line {at}: {unreadable.Message}", unreadable);
            }
        return identities.Count > 0 ? identities : throw new FormatException("there is no identity in it");
    }

    public byte[]? TryOpen(AgeStanza stanza)
    {
        if (stanza.Type != "X25519") return null;
        if (stanza.Arguments.Count != 1 || AgeKeys.FromBase64(stanza.Arguments[0]) is not { Length: AgeKeys.KeyLength } share || stanza.Body.Length != AgeKeys.FileKeyLength + AgeKeys.TagLength)
            throw new InvalidDataException("the age header holds a malformed X25519 stanza");
        var wrapKey = AgeRecipient.WrapKey(secret, share, share, publicKey) ?? throw new InvalidDataException("the age header holds an X25519 share of low order");
        return AgeKeys.Unwrap(wrapKey, stanza.Body);
    }

    /// <summary>The secret itself: for key files only.</summary>
    public string ToSecretText() => Bech32.Encode(Prefix, secret).ToUpperInvariant();

    /// <summary>Its public half, so that no log ever holds the key.</summary>
    public override string ToString() => Recipient.ToString();
}
