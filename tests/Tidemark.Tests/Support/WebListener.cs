using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tidemark.Tests.Support;

/// <summary>A web server of a test's own on loopback: Slack, a webhook, a monitor. It keeps what it was asked, and answers as it is told.</summary>
public sealed class WebListener : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly List<WebRequest> requests = [];
    private readonly Task serving;
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WebListener()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>Null: it never answers.</summary>
    public Func<WebRequest, WebReply?> Answer { get; set; } = _ => new WebReply(200, "ok");

    public IReadOnlyList<WebRequest> Requests
    {
        get
        {
            lock (requests) return [.. requests];
        }
    }

    /// <summary>Waits for the first one that is so.</summary>
    public async Task<WebRequest> UntilAsync(Func<WebRequest, bool> isSo, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            var next = Volatile.Read(ref news).Task;
            if (Requests.FirstOrDefault(isSo) is { } found) return found;
            await next.WaitAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        // The loop ends first: between two clients a closed listener is an InvalidOperationException to it.
        await serving;
        listener.Dispose();
        ended.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await listener.AcceptTcpClientAsync(ended.Token));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using var stream = client.GetStream();
            var request = await ReadAsync(stream);
            lock (requests) requests.Add(request);
            var reply = Answer(request);
            Interlocked.Exchange(ref news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            if (reply is null) await Task.Delay(Timeout.Infinite, ended.Token);
            var body = Encoding.UTF8.GetBytes(reply!.Body);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Status} X\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{string.Concat(reply.Headers.Select(header => $"{header}\r\n"))}\r\n"), ended.Token);
            await stream.WriteAsync(body, ended.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The other side has hung up, or the test is over.
        }
    }

    private async Task<WebRequest> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, ended.Token) == 0) throw new IOException("hung up");
            head.Append((char)one[0]);
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        byte[] body;
        if (headers.TryGetValue("Transfer-Encoding", out var coding) && coding == "chunked") body = await ReadChunksAsync(stream);
        else
        {
            body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
            await stream.ReadExactlyAsync(body, ended.Token);
        }
        return new WebRequest(lines[0].Split(' ')[0], lines[0].Split(' ')[1], headers, Encoding.UTF8.GetString(body));
    }

    private async Task<byte[]> ReadChunksAsync(NetworkStream stream)
    {
        var body = new MemoryStream();
        while (true)
        {
            var size = int.Parse(await ReadLineAsync(stream), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var chunk = new byte[size];
            await stream.ReadExactlyAsync(chunk, ended.Token);
            body.Write(chunk);
            await ReadLineAsync(stream);
            if (size == 0) return body.ToArray();
        }
    }

    private async Task<string> ReadLineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, ended.Token);
            line.Append((char)one[0]);
        }
        return line.ToString().TrimEnd();
    }
}

public sealed record WebRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

public sealed record WebReply(int Status, string Body = "", params string[] Headers);
