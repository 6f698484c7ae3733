using System.Security.Cryptography;

namespace Tidemark.Drills.Evidence;

/// <summary>The public half of a key that signs reports: all that it takes to verify them.</summary>
internal sealed class EvidenceIdentity(byte[] publicKey)
{
    /// <summary>The first 16 hex digits of the SHA-256 of the key (SubjectPublicKeyInfo).</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(publicKey))[..16];

    public string Pem => PemEncoding.WriteString("PUBLIC KEY", publicKey) + "\n";

    /// <exception cref="Fault"><see cref="FaultCode.KeyUnusable"/> (9): it is no such key.</exception>
    public static EvidenceIdentity Read(string path)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(path));
            return new EvidenceIdentity(key.ExportSubjectPublicKeyInfo());
        }
        catch (Exception none) when (none is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new Fault(FaultCode.KeyUnusable, "this is no public key of drill reports", none) { Where = path, Why = none.Message, Next = "give the file drill-key.….pem that lies beside the reports" };
        }
    }

    public bool Wrote(byte[] document, byte[] signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return key.VerifyData(document, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
