using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Tidemark.Tests.BaseBackups;

/// <summary>Passes one connection on, as a pooler does: with a process of its own making in the key that it gives.</summary>
internal sealed class PoolerLike : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
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
        await _end.CancelAsync();
        await _passing;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task PassAsync()
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync(_end.Token);
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _server, _end.Token);
            var up = client.GetStream().CopyToAsync(server.GetStream(), _end.Token);
            await DownAsync(server.GetStream(), client.GetStream());
            server.Close();
            await up;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client hung up, or the test ends.
        }
    }

    private async Task DownAsync(NetworkStream server, NetworkStream client)
    {
        var buffer = new byte[65536];
        var keyed = false;
        while (await server.ReadAsync(buffer, _end.Token) is > 0 and var read)
        {
            // BackendKeyData: 'K', its length, the process, the secret.
            var at = keyed ? -1 : buffer.AsSpan(0, read).IndexOf((ReadOnlySpan<byte>)[(byte)'K', 0, 0, 0, 12]);
            if (at >= 0) BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(at + 5), 4711);
            keyed |= at >= 0;
            await client.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }
}
