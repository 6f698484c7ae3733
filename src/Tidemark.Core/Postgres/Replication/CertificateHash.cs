using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tidemark.Postgres.Replication;

/// <summary>What a channel is bound to: tls-server-end-point of RFC 5929, the hash of the server's certificate.</summary>
internal static class CertificateHash
{
    private const string RsaPss = "1.2.840.113549.1.1.10";

    /// <summary>Null: the certificate is signed in a way that names no hash (Ed25519), or one that we lack.</summary>
    public static byte[]? Of(X509Certificate2 certificate) => Name(certificate) is { } name ? certificate.GetCertHash(name) : null;

    /// <remarks>MD5 and SHA-1 are replaced by SHA-256 (RFC 5929, section 4.1).</remarks>
    private static HashAlgorithmName? Name(X509Certificate2 certificate) => (certificate.SignatureAlgorithm.Value == RsaPss ? PssHash(certificate) : certificate.SignatureAlgorithm.Value) switch
    {
        "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.2.840.10045.4.1" or "1.3.14.3.2.26" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" or "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" or "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" or "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>Certificate ::= { tbs, { RSASSA-PSS, { [0] { hash, … }, … } }, signature }; without [0] it is SHA-1 (RFC 4055).</summary>
    private static string? PssHash(X509Certificate2 certificate)
    {
        try
        {
            var whole = new AsnReader(certificate.RawData, AsnEncodingRules.DER).ReadSequence();
            whole.ReadEncodedValue();
            var algorithm = whole.ReadSequence();
            algorithm.ReadObjectIdentifier();
            var parameters = algorithm.ReadSequence();
            var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
            return parameters.HasData && parameters.PeekTag().HasSameClassAndValue(tag) ? parameters.ReadSequence(tag).ReadSequence().ReadObjectIdentifier() : "1.3.14.3.2.26";
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
