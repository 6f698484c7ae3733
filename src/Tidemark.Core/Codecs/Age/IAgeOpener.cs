namespace Tidemark.Codecs.Age;

/// <summary>Something that may know the file key: an identity or a passphrase.</summary>
internal interface IAgeOpener
{
    /// <summary>The file key (16 bytes); null when the stanza is not for this one.</summary>
    /// <exception cref="InvalidDataException">The stanza is malformed.</exception>
    byte[]? TryOpen(AgeStanza stanza);
}
