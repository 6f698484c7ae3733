using System.Security.Cryptography;
using System.Text;
using Tidemark.Codecs.Age;

namespace Tidemark.Repositories;

/// <summary>One identity of a repository.</summary>
/// <param name="Id">The first 12 hex digits of SHA-256 of its public key.</param>
/// <param name="Opened">Null: the user's keys do not open it.</param>
/// <param name="Note">Null: there is none beside it, or it cannot be read.</param>
internal sealed record RingKey(string Id, WrappedIdentity? Opened, RingNote? Note)
{
    public static string IdOf(AgeRecipient recipient) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(recipient.ToString())))[..12];
}
