using Tidemark.Codecs.Age;

namespace Tidemark.Configuration;

/// <summary>To whom backups are encrypted, and where the keys that open them are kept.</summary>
/// <param name="Recipients">Empty: nobody, or a passphrase.</param>
/// <param name="ToPassphrase">To <paramref name="Passphrase"/> alone, which is then given.</param>
/// <param name="Identity">An age identity file; null: nobody said.</param>
/// <param name="Passphrase">Null: nobody said.</param>
internal sealed record EncryptionOptions(IReadOnlyList<AgeRecipient> Recipients, bool ToPassphrase, SecretSource? Identity, SecretSource? Passphrase)
{
    /// <summary>What stands for a recipient where the passphrase is the only one.</summary>
    public const string PassphraseWord = "passphrase";

    public static readonly EncryptionOptions None = new([], false, null, null);

    public bool Encrypts => ToPassphrase || Recipients.Count > 0;
}
