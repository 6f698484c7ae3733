using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tidemark.AspNetCore.Access;

/// <summary>The secret of a token: shown once, and kept as its hash only.</summary>
internal static class TokenSecret
{
    /// <summary>So that whoever finds one, or a scanner of secrets, knows what it opens.</summary>
    private const string Beginning = "tidemark_";

    private const int Bytes = 32;

    public static string New() => Beginning + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>A fast hash will do: the secret is random, and stands in no dictionary.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Takes as long whichever letter differs.</summary>
    public static bool Same(string hash, string other) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(other));
}
