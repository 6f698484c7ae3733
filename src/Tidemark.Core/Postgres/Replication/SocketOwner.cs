using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tidemark.Postgres.Replication;

/// <summary>libpq's requirepeer: who runs the server at the other end of a Unix socket, as the kernel says.</summary>
internal static class SocketOwner
{
    private const int SocketLevel = 1, PeerCredentials = 17;

    /// <exception cref="Fault">7: it is somebody else.</exception>
    public static void Require(Socket socket, string wanted, string server)
    {
        // struct ucred: process, user, group.
        Span<byte> credentials = stackalloc byte[12];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        var user = MemoryMarshal.Read<uint>(credentials[4..]);
        var name = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 2 && fields[2] == $"{user}")?[0];
        if (name != wanted)
            throw new Fault(FaultCode.AccessDenied, "the server is run by another user than the one that is required") { Where = server, Why = $"requirepeer={wanted}, and it is {name ?? $"{user}"}", Next = "change requirepeer in DATABASE_URL if that is right" };
    }
}
