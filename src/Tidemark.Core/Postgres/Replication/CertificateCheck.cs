using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tidemark.Postgres.Replication;

/// <summary>Is the certificate that the server shows one that the address lets pass?</summary>
internal sealed class CertificateCheck(TlsRules rules, string host, TimeProvider clock)
{
    private readonly RevocationLists? lists = rules.ChecksChain ? RevocationLists.Load(rules) : null;

    /// <summary>Why it did not pass.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Null: whoever has any certificate may answer.</summary>
    /// <exception cref="Fault">6: the file of root certificates holds none.</exception>
    public X509ChainPolicy? Policy()
    {
        if (!rules.ChecksChain) return null;
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (rules.UsesMachineRoots) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(rules.RootFile!);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw AddressFault.Of($"{rules.RootFile} cannot be read as PEM certificates: {unreadable.Message}", $"ls -l {Processes.ShellWord.Quote(rules.RootFile!)}");
        }
        if (policy.CustomTrustStore.Count == 0) throw AddressFault.Of($"{rules.RootFile} holds no PEM certificate", $"cat {Processes.ShellWord.Quote(rules.RootFile!)}");
        return policy;
    }

    public bool Passes(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = shown is not X509Certificate2 certificate ? "it shows none"
            : !rules.ChecksChain ? null
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) || chain is null ? ChainRefusal(chain)
            : lists?.Refusal(chain, clock.GetUtcNow()) is { } revoked ? revoked
            : !rules.ChecksName ? null
            : host.Length == 0 || host[0] is '/' or '@' ? "sslmode=verify-full needs a host name to compare with"
            : certificate.MatchesHostname(host) ? null
            : $"it is not for {host}, but for {Names(certificate)}";
        return Refusal is null;
    }

    private static string ChainRefusal(X509Chain? chain) =>
        chain?.ChainStatus is [var first, ..] ? $"{first.StatusInformation.Trim().TrimEnd('.')} ({first.Status})" : "no root certificate signed it";

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => $"{address}"))).ToList();
        return names.Count == 0 ? certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) : string.Join(", ", names);
    }
}
