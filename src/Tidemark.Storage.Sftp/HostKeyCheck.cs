using System.Security.Cryptography;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Tidemark.Storage.Sftp;

/// <summary>Lets a connection come about only with a server whose key is known.</summary>
internal sealed class HostKeyCheck(StoreAddress address, int port, KnownHosts known)
{
    /// <summary>Why the server was refused; null before, and when it was not.</summary>
    public Fault? Refusal { get; private set; }

    /// <summary>A server has several keys: it is asked first for one of the sort that is known. Certificates are not understood here, so they are not asked for.</summary>
    public void Prefer(IOrderedDictionary<string, Func<byte[], Renci.SshNet.Security.KeyHostAlgorithm>> algorithms)
    {
        foreach (var certificate in algorithms.Keys.Where(name => name.Contains("-cert-", StringComparison.Ordinal)).ToList()) algorithms.Remove(certificate);
        var types = known.TypesOf(address.Host, port);
        var first = 0;
        foreach (var name in algorithms.Keys.Where(name => types.Contains(TypeOf(name))).ToList()) algorithms.SetPosition(name, first++);
    }

    public void Judge(HostKeyEventArgs offered)
    {
        var verdict = known.Judge(address.Host, port, offered.HostKey);
        offered.CanTrust = verdict == HostKeyVerdict.Known;
        Refusal = offered.CanTrust ? null : Refused(verdict, KnownHostLine.TypeOf(offered.HostKey) ?? offered.HostKeyName, $"SHA256:{Convert.ToBase64String(SHA256.HashData(offered.HostKey)).TrimEnd('=')}");
    }

    /// <summary>An RSA key signs in more than one way.</summary>
    private static string TypeOf(string algorithm) => algorithm.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? "ssh-rsa" : algorithm;

    private Fault Refused(HostKeyVerdict verdict, string type, string fingerprint)
    {
        var name = KnownHosts.NameOf(address.Host, port);
        return new Fault(FaultCode.Store, verdict switch
        {
            HostKeyVerdict.Changed => "the server offers another key than the one that is known: it may be another server",
            HostKeyVerdict.Revoked => "the server offers a key that was revoked: it may be another server",
            _ => "the key of the server is not known",
        })
        {
            Where = address.ToString(),
            Why = $"it offered {type} {fingerprint}; {known.Path} {verdict switch
            {
                HostKeyVerdict.Changed => $"has another key for {name}",
                HostKeyVerdict.Revoked => $"has this one as @revoked for {name}",
                _ => $"has no key for {name}",
            }}",
            Next = verdict switch
            {
                HostKeyVerdict.Unknown => $"compare {fingerprint} with what the server's administrator says; if it is the same: ssh-keyscan -p {port} {address.Host} >> '{known.Path}'",
                HostKeyVerdict.Changed => $"ask the server's administrator whether the key was changed to {fingerprint}; only then: ssh-keygen -R '{name}' -f '{known.Path}' && ssh-keyscan -p {port} {address.Host} >> '{known.Path}'",
                _ => "ask the server's administrator; nothing is sent to it until it offers another key",
            },
        };
    }
}
