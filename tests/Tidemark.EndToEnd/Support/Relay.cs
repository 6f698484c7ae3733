using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tidemark.EndToEnd.Support;

/// <summary>Stands before a server and sees what passes, so that a test can act in the middle of an upload. It may be a slow link.</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<(Func<string, bool> IsReached, TaskCompletionSource Reached)> _marks = [];
    private readonly int _server;
    private readonly long _rate;
    private readonly Task _accepting;
    private readonly StringBuilder _begins = new();
    private long _passed;
    private long _lastPassed = Stopwatch.GetTimestamp();
    private TimeSpan _taken;
    private int _connections;
    private volatile TaskCompletionSource? _cut;

    /// <param name="server">The port it passes connections on to; nobody need listen there.</param>
    /// <param name="bytesPerSecond">Of all connections together, both ways; 0: as fast as it goes.</param>
    public Relay(int server, long bytesPerSecond = 0)
    {
        (_server, _rate) = (server, bytesPerSecond);
        // What is behind a slow link takes in no more than passes.
        if (_rate > 0) _listener.Server.ReceiveBufferSize = Piece;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    private const int Piece = 64 * 1024;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>The first 4,000 bytes or more of what went to the server.</summary>
    public string Begins
    {
        get { lock (_marks) return _begins.ToString(); }
    }

    /// <summary>Ends when so many bytes more have gone to the server.</summary>
    public Task PassAsync(long bytes)
    {
        lock (_marks)
        {
            var end = _passed + bytes;
            return MarkAsync(_ => _passed >= end);
        }
    }

    /// <summary>From here on nothing passes, and nobody is told: as when a cable is pulled.</summary>
    public void Cut() => _cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Heal() => Interlocked.Exchange(ref _cut, null)?.SetResult();

    /// <summary>Ends when the server has answered with this, in one piece.</summary>
    public Task AnswersAsync(string text) => MarkAsync(answer => answer.Contains(text, StringComparison.Ordinal));

    /// <summary>Ends when one more connection has come.</summary>
    public Task ConnectsAsync()
    {
        lock (_marks)
        {
            var before = _connections;
            return MarkAsync(_ => _connections > before);
        }
    }

    /// <summary>Ends when nothing has passed for a second, either way.</summary>
    public async Task StandsStillAsync()
    {
        while (Stopwatch.GetElapsedTime(Volatile.Read(ref _lastPassed)) < TimeSpan.FromSeconds(1)) await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var pairs = new List<Task>();
        try
        {
            while (true)
            {
                pairs.Add(JoinAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
                lock (_marks)
                {
                    _connections++;
                    Look("");
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task JoinAsync(TcpClient client)
    {
        using (client)
        {
            using var server = new TcpClient();
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server, _end.Token);
                // When either side ends, both do.
                await await Task.WhenAny(CopyAsync(client, server, Ask), CopyAsync(server, client, Answer));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The server is gone, or the test is over: the client sees its connection end.
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Action<ReadOnlyMemory<byte>> passed)
    {
        var buffer = new byte[Piece];
        // Taken now: while the link is cut, either side may end.
        var (source, sink) = (from.GetStream(), to.GetStream());
        for (int count; (count = await source.ReadAsync(buffer, _end.Token)) > 0;)
        {
            if (_cut is { } cut) await cut.Task.WaitAsync(_end.Token);
            await PaceAsync(count);
            await sink.WriteAsync(buffer.AsMemory(0, count), _end.Token);
            passed(buffer.AsMemory(0, count));
        }
    }

    private async Task PaceAsync(int bytes)
    {
        if (_rate == 0) return;
        TimeSpan wait;
        lock (_marks)
        {
            var now = Stopwatch.GetElapsedTime(0);
            _taken = (_taken > now ? _taken : now) + TimeSpan.FromSeconds((double)bytes / _rate);
            wait = _taken - now;
        }
        await Task.Delay(wait, _end.Token);
    }

    private Task MarkAsync(Func<string, bool> isReached)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_marks) _marks.Add((isReached, reached));
        return reached.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    private void Ask(ReadOnlyMemory<byte> bytes)
    {
        lock (_marks)
        {
            if (_passed < 4_000) _begins.Append(Encoding.Latin1.GetString(bytes.Span));
            _passed += bytes.Length;
            Look("");
        }
    }

    private void Answer(ReadOnlyMemory<byte> bytes)
    {
        lock (_marks) Look(Encoding.Latin1.GetString(bytes.Span));
    }

    private void Look(string answer)
    {
        _lastPassed = Stopwatch.GetTimestamp();
        foreach (var (_, reached) in _marks.Where(mark => mark.IsReached(answer))) reached.TrySetResult();
    }
}
