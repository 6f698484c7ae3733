using System.Text;
using Tidemark.Codecs.Age;
using Tidemark.Configuration;

namespace Tidemark.Repositories;

/// <summary>What the user opens things with. It is fetched when the first stanza asks for it, and then kept: a host that only writes never holds a key.</summary>
internal sealed class UserKeys : IAgeOpener
{
    private readonly Lazy<IReadOnlyList<AgeIdentity>> identities;
    private readonly Lazy<AgePassphrase?> passphrase;

    public UserKeys(EncryptionOptions options)
    {
        passphrase = new(() => options.Passphrase is { } source ? new AgePassphrase(Fetched(source, source.Read)) : null);
        identities = new(() => options.Identity is { } source ? Read(source) : []);
    }

    /// <exception cref="Fault"><see cref="FaultCode.KeyUnusable"/> (9): it cannot be fetched, or is no identity file.</exception>
    public IReadOnlyList<AgeIdentity> Identities => identities.Value;

    /// <summary>Null when none is configured.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.KeyUnusable"/> (9): it cannot be fetched.</exception>
    public AgePassphrase? Passphrase => passphrase.Value;

    public byte[]? TryOpen(AgeStanza stanza) => stanza.Type switch
    {
        "X25519" => Identities.Select(identity => identity.TryOpen(stanza)).FirstOrDefault(fileKey => fileKey is not null),
        "scrypt" => Passphrase?.TryOpen(stanza),
        _ => null,
    };

    private IReadOnlyList<AgeIdentity> Read(SecretSource source)
    {
        var bytes = Fetched(source, source.ReadBytes);
        try
        {
            return AgeIdentity.ParseFile(Encoding.UTF8.GetString(Unlocked(bytes, source)).TrimStart('\uFEFF'));
        }
        catch (Exception unreadable) when (unreadable is FormatException or InvalidDataException)
        {
            throw Unusable(source, unreadable.Message, unreadable);
        }
    }

    /// <summary>As it is, or opened with the passphrase where it is an age file itself.</summary>
    private byte[] Unlocked(byte[] bytes, SecretSource source)
    {
        var locked = AgeArmor.Decode(bytes) ?? bytes;
        if (!locked.AsSpan().StartsWith(Encoding.ASCII.GetBytes(AgeHeader.Version))) return bytes;
        if (Passphrase is not { } known) throw Unusable(source, "it is locked with a passphrase, and none is configured", next: "export BACKUP_IDENTITY_PASSPHRASE=file:PATH");
        using var opened = AgeReader.Open(new MemoryStream(locked), [known]) ?? throw Unusable(source, "it is locked, and the passphrase does not open it", next: "export BACKUP_IDENTITY_PASSPHRASE=file:PATH # to the passphrase it was locked with");
        using var plain = new MemoryStream();
        opened.CopyTo(plain);
        return plain.ToArray();
    }

    private static T Fetched<T>(SecretSource source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Fault unresolved)
        {
            throw Unusable(source, unresolved.InOneLine, unresolved);
        }
    }

    private static Fault Unusable(SecretSource source, string why, Exception? inner = null, string next = "age-keygen -y FILE # prints the public key of an identity file that is one") =>
        new(FaultCode.KeyUnusable, "the configured key cannot be used", inner) { Where = source.ToString(), Why = why, Next = next };
}
