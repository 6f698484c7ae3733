using System.ComponentModel;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tidemark.Postgres.Replication;

/// <summary>From a plain connection to an encrypted one: the server is asked whether it would, then the handshake.</summary>
internal sealed class TlsHandshake(TlsRules rules, string host, string server, TimeProvider clock)
{
    private static readonly SslApplicationProtocol Postgres = new("postgresql");

    /// <exception cref="Fault">7: the server has no TLS, or not one that we may accept.</exception>
    public async Task<SslStream> RunAsync(Socket socket, Stream plain, CancellationToken token)
    {
        if (!rules.IsDirect) await AskAsync(socket, plain, token);
        var check = new CertificateCheck(rules, host, clock);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = rules.TellsName ? host : "",
            EnabledSslProtocols = rules.Protocols,
            ApplicationProtocols = [Postgres],
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = check.Policy(),
            ClientCertificateContext = ClientCertificate(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => check.Passes(certificate, chain, errors),
        };
        var encrypted = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsClientAsync(options, token);
            // A server of another kind on that port would not have chosen our protocol (17 and later do, and must when not asked first).
            if (rules.IsDirect && encrypted.NegotiatedApplicationProtocol != Postgres) throw new AuthenticationException("the server did not choose the protocol postgresql (ALPN)");
            return encrypted;
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException or Win32Exception or CryptographicException)
        {
            await encrypted.DisposeAsync();
            throw new Fault(FaultCode.Unreachable, check.Refusal is null ? "the TLS handshake with the server failed" : "the server's certificate is not to be trusted", failed)
            {
                Where = server,
                Why = check.Refusal ?? failed.InnerException?.Message ?? failed.Message,
                Next = check.Refusal is null ? "compare sslmode and ssl_min_protocol_version in DATABASE_URL with the server's ssl settings" : "check host, sslmode and sslrootcert in DATABASE_URL, and the certificate in the server's ssl_cert_file",
            };
        }
        catch
        {
            await encrypted.DisposeAsync();
            throw;
        }
    }

    private async Task AskAsync(Socket socket, Stream plain, CancellationToken token)
    {
        await plain.WriteAsync(Request.Tls, token);
        var answer = new byte[1];
        await plain.ReadExactlyAsync(answer, token);
        var why = (char)answer[0] switch
        {
            // Whatever comes before our first word of TLS was not sent by the server, and must not be read as if (CVE-2021-23222).
            'S' => socket.Available == 0 ? null : "bytes came before the handshake: somebody in between may have put them there",
            'N' => "it says that it has no TLS (ssl=off)",
            'E' => "it answers with an error, as servers did that knew no TLS",
            var other => $"it answers with 0x{(int)other:x2} when it is asked for TLS",
        };
        if (why is not null)
            throw new Fault(FaultCode.Unreachable, "the server did not begin TLS") { Where = server, Why = why, Next = "set ssl=on on the server, or another sslmode in DATABASE_URL" };
    }

    private SslStreamCertificateContext? ClientCertificate()
    {
        if (rules.CertificateFile is not { } file) return null;
        var key = rules.KeyFile ?? throw AddressFault.Of($"sslcert is {file}, and no sslkey goes with it");
        if (LibpqFolder.IsOpenTo(LibpqFolder.Others & ~UnixFileMode.GroupRead, key)) throw AddressFault.Of($"{key} can be read by others", $"chmod 600 {Processes.ShellWord.Quote(key)}");
        try
        {
            var own = rules.KeyPassword is { } password ? X509Certificate2.CreateFromEncryptedPemFile(file, password, key) : X509Certificate2.CreateFromPemFile(file, key);
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(file);
            return SslStreamCertificateContext.Create(own, all, offline: true);
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw AddressFault.Of($"{file} and {key} cannot be used as a PEM certificate and its key: {unusable.Message}", "check sslcert, sslkey and sslpassword in DATABASE_URL");
        }
    }
}
