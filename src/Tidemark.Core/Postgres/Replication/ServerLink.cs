using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Tidemark.Postgres.Replication;

/// <summary>A stream of bytes to one server at one place, encrypted or not; PostgreSQL's protocol has yet to begin.</summary>
internal sealed class ServerLink(ServerTarget target, Stream stream, Socket? socket) : IAsyncDisposable
{
    /// <summary>Where it leads, and how to get there again.</summary>
    public ServerTarget Target { get; } = target;

    public Stream Stream { get; } = stream;

    /// <summary>Under the stream; null: there is none.</summary>
    public Socket? Socket { get; } = socket;

    public bool IsEncrypted => Target.Encrypts;

    /// <summary>A Unix socket, or both ends have one address. False proves nothing: a container's server may look like another machine's.</summary>
    public bool IsOnThisMachine => Socket is { RemoteEndPoint: IPEndPoint there } ? IPAddress.IsLoopback(there.Address) || there.Address.Equals((Socket.LocalEndPoint as IPEndPoint)?.Address) : Socket is not null;

    /// <summary>For channel binding; null: no TLS, or the certificate has none.</summary>
    public byte[]? CertificateHash { get; } = stream is SslStream { RemoteCertificate: X509Certificate2 certificate } ? Replication.CertificateHash.Of(certificate) : null;

    /// <exception cref="Fault">7: nobody answers, or not with the TLS that is wanted.</exception>
    public static async Task<ServerLink> OpenAsync(ServerTarget target, CancellationToken token)
    {
        var socket = new Socket(target.EndPoint.AddressFamily, SocketType.Stream, target.IsSocket ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (!target.IsSocket) DeadPeer.Bound(socket, target.Address);
            await socket.ConnectAsync(target.EndPoint, token);
            if (target.IsSocket && target.Address.Keyword("requirepeer") is { } owner) SocketOwner.Require(socket, owner, target.Server);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (target.Encrypts) stream = await new TlsHandshake(target.Tls, target.Name, target.Server, target.Clock).RunAsync(socket, stream, token);
            return new ServerLink(target, stream, socket);
        }
        catch (Exception lost) when (lost is SocketException or IOException)
        {
            socket.Dispose();
            throw new Fault(FaultCode.Unreachable, "the server cannot be reached", lost)
            {
                Where = target.Server,
                Why = target.IsSocket && lost is SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.ConnectionRefused } ? "no server listens on it" : lost.Message,
                Next = "check host and port in DATABASE_URL, and that the server runs",
                Transient = true,
            };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
