using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Tidemark.Postgres.Replication;

/// <summary>Certificates that their authorities took back: sslcrl and sslcrldir. .NET asks the network for such lists, and takes none from a file.</summary>
/// <remarks>As in libpq, once there are lists, each certificate of a chain needs one of its issuer.</remarks>
internal sealed class RevocationLists
{
    private readonly List<X509Crl> lists = [];

    private RevocationLists()
    {
    }

    /// <summary>Null: there are none to heed.</summary>
    /// <exception cref="Fault">6: a file is none.</exception>
    public static RevocationLists? Load(TlsRules rules)
    {
        var files = new List<string>();
        if (rules.RevocationFile is { } file) files.Add(file);
        if (rules.RevocationFolder is { } folder && Directory.Exists(folder)) files.AddRange(Directory.EnumerateFiles(folder));
        else if (rules.RevocationFolder is not null) throw AddressFault.Of($"sslcrldir is '{rules.RevocationFolder}', and there is no such folder");
        if (files.Count == 0) return null;
        var all = new RevocationLists();
        foreach (var path in files)
        {
            try
            {
                var found = new X509CrlParser().ReadCrls(File.ReadAllBytes(path));
                all.lists.AddRange(found.Count > 0 ? found : throw new GeneralSecurityException("it holds none"));
            }
            catch (Exception unreadable) when (unreadable is GeneralSecurityException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw AddressFault.Of($"{path} cannot be read as a list of revoked certificates: {unreadable.Message}", $"openssl crl -noout -text -in {Processes.ShellWord.Quote(path)}");
            }
        }
        return all;
    }

    /// <summary>Null: none of the chain is revoked. Its own end is the root, which signs itself.</summary>
    public string? Refusal(X509Chain chain, DateTimeOffset now)
    {
        var parser = new X509CertificateParser();
        var certificates = chain.ChainElements.Select(element => parser.ReadCertificate(element.Certificate.RawData)).ToList();
        for (var at = 0; at < certificates.Count; at++)
        {
            var (certificate, issuer) = (certificates[at], certificates[Math.Min(at + 1, certificates.Count - 1)]);
            var own = lists.Where(list => list.IssuerDN.Equivalent(certificate.IssuerDN) && IsSigned(list, issuer)).ToList();
            if (own.Count == 0) return $"there is no list of certificates that {certificate.IssuerDN} has revoked";
            if (own.All(list => list.NextUpdate is { } next && next.ToUniversalTime() < now.UtcDateTime)) return $"the list of certificates that {certificate.IssuerDN} has revoked is out of date";
            if (own.Any(list => list.IsRevoked(certificate))) return $"the certificate of {certificate.SubjectDN} is revoked";
        }
        return null;
    }

    private static bool IsSigned(X509Crl list, Org.BouncyCastle.X509.X509Certificate issuer)
    {
        try
        {
            list.Verify(issuer.GetPublicKey());
            return true;
        }
        catch (GeneralSecurityException)
        {
            return false;
        }
    }
}
