using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tidemark.Postgres.Replication;

/// <summary>The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677): proves that we know the password without sending it, and that the server does.</summary>
internal sealed class ScramExchange
{
    /// <summary>The server chooses how often the password is hashed; more than this would only keep us busy (the default is 4,096).</summary>
    public const int MostIterations = 10_000_000;

    private readonly string password, nonce, bare;
    private readonly string binding;
    private byte[]? serverSignature;

    /// <param name="password">As the user wrote it.</param>
    /// <param name="header">What is said about channel binding: "n,,", "y,," or "p=tls-server-end-point,,".</param>
    /// <param name="certificateHash">With the last one: what the binding is to.</param>
    /// <param name="user">PostgreSQL reads it from the startup message, and ignores this one.</param>
    /// <param name="nonce">Null: chance.</param>
    public ScramExchange(string password, string header, ReadOnlySpan<byte> certificateHash, string user = "", string? nonce = null)
    {
        this.password = SaslPrep.Prepare(password);
        this.nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        bare = $"n={user},r={this.nonce}";
        binding = Convert.ToBase64String([.. Encoding.ASCII.GetBytes(header), .. certificateHash]);
        First = header + bare;
    }

    public string First { get; }

    /// <param name="challenge">The server-first-message.</param>
    /// <returns>The client-final-message.</returns>
    public string Answer(string challenge)
    {
        var fields = challenge.Split(',');
        if (fields is not [['r', '=', ..], ['s', '=', ..], ['i', '=', ..], ..]) throw ProtocolFault.Of("the challenge of SCRAM-SHA-256 is not one");
        var whole = fields[0][2..];
        if (!whole.StartsWith(nonce, StringComparison.Ordinal) || whole.Length == nonce.Length) throw ProtocolFault.Of("the challenge of SCRAM-SHA-256 does not answer ours");
        var salt = new byte[fields[1].Length];
        if (!Convert.TryFromBase64String(fields[1][2..], salt, out var length) || length == 0) throw ProtocolFault.Of("the salt of SCRAM-SHA-256 is not base64");
        if (!int.TryParse(fields[2].AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MostIterations)
            throw ProtocolFault.Of($"the server wants the password hashed '{fields[2][2..]}' times; 1 to {MostIterations} are possible");

        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt.AsSpan(0, length), iterations, HashAlgorithmName.SHA256, 32);
        var key = HMACSHA256.HashData(salted, "Client Key"u8);
        var final = $"c={binding},r={whole}";
        var exchange = Encoding.UTF8.GetBytes($"{bare},{challenge},{final}");
        var signature = HMACSHA256.HashData(SHA256.HashData(key), exchange);
        for (var at = 0; at < key.Length; at++) key[at] ^= signature[at];
        serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), exchange);
        return $"{final},p={Convert.ToBase64String(key)}";
    }

    /// <param name="proof">The server-final-message.</param>
    /// <exception cref="Fault">7: whoever answers there does not know the password.</exception>
    public void Verify(string proof)
    {
        var given = new byte[proof.Length];
        if (serverSignature is null || !proof.StartsWith("v=", StringComparison.Ordinal) || !Convert.TryFromBase64String(proof.Split(',')[0][2..], given, out var length)
            || !CryptographicOperations.FixedTimeEquals(given.AsSpan(0, length), serverSignature))
            throw new Fault(FaultCode.AccessDenied, "the server could not prove that it knows the password") { Why = "its SCRAM-SHA-256 signature is wrong: another server may answer in its place", Next = "check the host and port in DATABASE_URL, and what is between here and there" };
    }
}
