using Tidemark.Repositories;

namespace Tidemark.Cli.Output;

/// <summary>A new identity file; the key itself is in it alone.</summary>
internal sealed record GeneratedKeyDocument(string File, string PublicKey);

internal sealed record KeyRingsDocument(IReadOnlyList<KeyRingDocument> Stores);

/// <param name="Store">Its address.</param>
/// <param name="Repository">Its id; null: it is none.</param>
/// <param name="Keys">The newest first.</param>
/// <param name="Readable">Which backups are readable by whom.</param>
/// <param name="Unread">A sentence for each part that could not be looked at.</param>
internal sealed record KeyRingDocument(string Store, Guid? Repository, IReadOnlyList<RingKeyDocument> Keys, IReadOnlyList<ReadershipDocument> Readable, IReadOnlyList<string> Unread);

/// <param name="Id">Of the key.</param>
/// <param name="PublicKey">age1…; null: it is not noted.</param>
/// <param name="Recipients">Whom it is wrapped to, as the store says.</param>
/// <param name="Created">Null: it is not noted.</param>
/// <param name="WrittenTo">BACKUP_ENCRYPT_TO names it.</param>
internal sealed record RingKeyDocument(string Id, string? PublicKey, IReadOnlyList<string> Recipients, DateTimeOffset? Created, bool WrittenTo);

/// <param name="Recipient">age1…, or passphrase; null: the manifest does not say.</param>
/// <param name="Backups">How many.</param>
/// <param name="Newest">Recovery point of the newest of them.</param>
internal sealed record ReadershipDocument(string? Recipient, int Backups, DateTimeOffset? Newest)
{
    public static ReadershipDocument Of(Readership readership) => new(readership.Recipient, readership.Count, readership.Newest);
}

internal sealed record KeyCheckDocument(IReadOnlyList<CheckedKeyDocument> Objects);

/// <param name="Store">Its address.</param>
/// <param name="File">Key of the object.</param>
/// <param name="Opens">With the configured key.</param>
/// <param name="Why">Null where it opens.</param>
internal sealed record CheckedKeyDocument(string Store, string File, bool Opens, string? Why);
