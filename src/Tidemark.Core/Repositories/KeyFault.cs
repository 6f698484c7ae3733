using Tidemark.Codecs.Age;
using Tidemark.Configuration;

namespace Tidemark.Repositories;

/// <summary>Why something stays closed.</summary>
internal static class KeyFault
{
    public static Fault NothingOpens(string where, AgeHeader header, EncryptionOptions options, IReadOnlyList<string> recipients, IReadOnlyList<string> unread)
    {
        var toPassphrase = header.Stanzas[0].Type == "scrypt";
        var missing = toPassphrase ? options.Passphrase is null : options.Identity is null;
        var whom = toPassphrase ? "a passphrase" : recipients.Count > 0 ? string.Join(", ", recipients) : header.Stanzas.Count == 1 ? "one recipient" : $"{header.Stanzas.Count} recipients";
        return new Fault(FaultCode.Keys, missing ? "it is encrypted, and no key is configured to open it" : "it is encrypted, and the configured key does not open it")
        {
            Where = where,
            Why = string.Join("; ", unread.Prepend($"it is for {whom}{(missing ? "" : $"; the key is that of {(toPassphrase ? options.Passphrase : options.Identity)}")}")),
            Next = toPassphrase ? "export BACKUP_IDENTITY_PASSPHRASE=file:PATH # to the file with the passphrase" : "export BACKUP_IDENTITY=PATH # to the identity file of one of them",
        };
    }
}
