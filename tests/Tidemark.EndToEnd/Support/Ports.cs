using System.Net;
using System.Net.Sockets;

namespace Tidemark.EndToEnd.Support;

/// <summary>TCP ports of 127.0.0.1.</summary>
internal static class Ports
{
    /// <summary>The wanted one where nobody has it, else any free one.</summary>
    public static int Free(int wanted = 0)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, wanted);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException) when (wanted != 0)
        {
            return Free();
        }
    }

    /// <summary>The first of several free ones in a row, below those that the system gives to outgoing connections.</summary>
    public static int FreeRow(int count)
    {
        // Runs at the same time begin at different places.
        var rows = 20_000 / count;
        return Enumerable.Range(0, rows)
            .Select(row => 10_000 + (Environment.ProcessId + row) % rows * count)
            .First(first => Enumerable.Range(first, count).All(port => Free(port) == port));
    }

    /// <summary>Waits until someone listens there; the end of the program that should is an exception.</summary>
    public static async Task AnswerAsync(int port, RunningProgram program)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (!program.HasEnded)
            {
                await Task.Delay(20);
            }
        }
    }
}
