using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tidemark.Tests.Support;

/// <summary>A mail server of a test's own on loopback, which keeps every line that it is told. It knows no TLS.</summary>
public sealed class MailListener : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly List<string> lines = [];
    private readonly Task serving;

    public MailListener()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What it says to RCPT.</summary>
    public string Recipient { get; set; } = "250 ok";

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (lines) return [.. lines];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await serving;
        listener.Dispose();
        ended.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(ended.Token);
                try
                {
                    await TalkAsync(client);
                }
                catch (IOException)
                {
                    // It has hung up: what it wanted was TLS.
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test");
        var inData = false;
        while (await reader.ReadLineAsync(ended.Token) is { } line)
        {
            lock (lines) lines.Add(line);
            if (inData)
            {
                if (line != ".") continue;
                inData = false;
                await writer.WriteLineAsync("250 taken");
                continue;
            }
            var verb = line.Split(' ')[0].ToUpperInvariant();
            inData = verb == "DATA";
            await writer.WriteLineAsync(verb switch { "EHLO" => "250-test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME", "RCPT" => Recipient, "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 ok" });
            if (verb == "QUIT") return;
        }
    }
}
