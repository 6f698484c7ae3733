using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tidemark.AspNetCore;

/// <summary>Starts the host; or says in our words why it cannot listen, and leaves nothing running.</summary>
internal static class HostStart
{
    /// <exception cref="Fault">1: an address that cannot be listened on.</exception>
    public static async Task RunAsync(WebApplication app, string urls, CancellationToken token)
    {
        // Kestrel would find out last, when all else has begun, and tell it with its stack.
        foreach (var url in ServeOptions.Split(urls)) TryOut(url);
        try
        {
            await app.StartAsync(token);
        }
        catch
        {
            // What runs by then is ended in order, so that it does not stumble over what is disposed under it.
            await app.StopAsync(CancellationToken.None);
            throw;
        }
    }

    private static void TryOut(string url)
    {
        var address = BindingAddress.Parse(url);
        if (address.Port == 0) return;
        var place = address.Host switch { "localhost" => IPAddress.Loopback, "*" or "+" => IPAddress.Any, var host => IPAddress.Parse(host.Trim('[', ']')) };
        try
        {
            using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(place, address.Port));
        }
        catch (SocketException refused)
        {
            throw new Fault(FaultCode.Failed, "the address cannot be listened on", refused) { Where = $"--urls {url}", Why = refused.Message, Left = "nothing was started", Next = "tidemark serve --urls http://127.0.0.1:9000 # or another port that is free" };
        }
    }
}
