using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Tidemark.Tests.BaseBackups;

/// <summary>Passes one connection on, as a pooler does: with a process of its own making in the key that it gives.</summary>
internal sealed class PoolerLike : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly Task _passing;

    public PoolerLike(int server)
    {
        _server = server;
        _listener.Start();
        _passing = PassAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _passing;
    }

    private async Task PassAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync();
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _server);
        var up = client.GetStream().CopyToAsync(server.GetStream());
        var buffer = new byte[65536];
        var keyed = false;
        try
        {
            while (await server.GetStream().ReadAsync(buffer) is > 0 and var read)
            {
                // BackendKeyData: 'K', the length (12 until 17, and from 18 on where it is asked for by 3.2), the process, the secret.
                var at = keyed ? -1 : buffer.AsSpan(0, read).IndexOf((ReadOnlySpan<byte>)[(byte)'K', 0, 0, 0, 12]);
                if (at >= 0) BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(at + 5), 4711);
                keyed |= at >= 0;
                await client.GetStream().WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (IOException)
        {
            // The client hung up.
        }
        server.Close();
        try
        {
            await up;
        }
        catch (IOException)
        {
            // The same.
        }
    }
}
