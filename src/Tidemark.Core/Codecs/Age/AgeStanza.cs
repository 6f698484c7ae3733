namespace Tidemark.Codecs.Age;

/// <summary>The file key wrapped for one recipient.</summary>
/// <param name="Type">X25519, scrypt, or one that we do not know and pass over.</param>
/// <param name="Arguments">As text.</param>
/// <param name="Body">The wrapped key.</param>
internal sealed record AgeStanza(string Type, IReadOnlyList<string> Arguments, byte[] Body);
