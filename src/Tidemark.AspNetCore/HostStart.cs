using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;

namespace Tidemark.AspNetCore;

/// <summary>Starts the host; or says in our words why it cannot listen, and leaves nothing running.</summary>
internal static class HostStart
{
    /// <exception cref="Fault">1: an address that cannot be listened on.</exception>
    public static async Task RunAsync(WebApplication app, string urls, CancellationToken token)
    {
        try
        {
            await app.StartAsync(token);
        }
        catch (Exception failed)
        {
            // Kestrel starts last: what runs by then is ended in order, so that it does not stumble over what is disposed under it.
            await app.StopAsync(CancellationToken.None);
            if (FaultOf(failed, urls) is { } told) throw told;
            throw;
        }
    }

    private static Fault? FaultOf(Exception failed, string urls)
    {
        for (var at = failed; at is not null; at = at.InnerException)
            if (at is SocketException or AddressInUseException)
                return new Fault(FaultCode.Failed, "the address cannot be listened on", failed) { Where = $"--urls {urls}", Why = at.Message, Left = "nothing was started", Next = "tidemark serve --urls http://127.0.0.1:9000 # or another port that is free" };
        return null;
    }
}
