using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Tidemark.Postgres.Replication;

/// <summary>Messages to and from one server, over whatever stream leads there. One may read while others write.</summary>
internal sealed class Wire : IAsyncDisposable
{
    /// <summary>As wal_receiver_timeout, and for the same reason: a server that lives says something twice in that time.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(60);

    private readonly Stream stream;
    private readonly MessageReader reader;
    private readonly SilenceWatch watch;
    private readonly SemaphoreSlim writing = new(1);
    private readonly ConcurrentDictionary<string, string> parameters = new(StringComparer.Ordinal);

    public Wire(Stream stream, Socket? socket, string server, TimeProvider clock)
    {
        (this.stream, Server) = (stream, server);
        reader = new MessageReader(stream, socket);
        watch = new SilenceWatch(clock, DefaultPatience, stream.Dispose);
    }

    /// <summary>For people: host and port.</summary>
    public string Server { get; }

    /// <summary>What the server reports of itself: server_version, in_hot_standby (14 and later) and others.</summary>
    public IReadOnlyDictionary<string, string> Parameters => parameters;

    public TimeSpan Patience
    {
        get => watch.Patience;
        set => watch.Patience = value;
    }

    /// <summary>The server let us in: from now on it may send long messages.</summary>
    public void TrustLength() => reader.Limit = MessageReader.Longest;

    /// <summary>The next message that is an answer; notices and reports of settings are taken in here.</summary>
    /// <exception cref="ServerRefusal">The server answered with an error.</exception>
    /// <exception cref="Fault">7: the connection is lost, or what comes is not the protocol.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ServerMessage> ReadAsync(CancellationToken token)
    {
        while (true)
        {
            var message = await NextAsync(token);
            switch (message.Kind)
            {
                case MessageKind.Error:
                    throw ServerRefusal.Read(message.Fields);
                case MessageKind.Notice:
                    continue;
                case MessageKind.ParameterStatus:
                    var fields = message.Fields;
                    // Bounded: what a hostile server makes up must not pile up.
                    if (fields.Text() is var name && (parameters.Count < 100 || parameters.ContainsKey(name))) parameters[name] = fields.Text();
                    continue;
                default:
                    return message;
            }
        }
    }

    /// <summary>The token is heeded until the first byte goes out: half a message cannot be taken back.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken token) => SendAsync(static message => message, message, token);

    /// <summary>The same; the message is made when nobody else writes, so that one buffer can be used over and over.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync<T>(Func<T, ReadOnlyMemory<byte>> make, T state, CancellationToken token)
    {
        await writing.WaitAsync(token);
        watch.BeginWrite();
        try
        {
            await stream.WriteAsync(make(state), CancellationToken.None);
            await stream.FlushAsync(CancellationToken.None);
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            throw Lost(lost, "took nothing");
        }
        finally
        {
            watch.EndWrite();
            writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        watch.Dispose();
        await stream.DisposeAsync();
        writing.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ServerMessage> NextAsync(CancellationToken token)
    {
        watch.BeginRead();
        try
        {
            return await reader.ReadAsync(token);
        }
        catch (Exception lost) when (IsLoss(lost))
        {
            throw Lost(lost, "said nothing");
        }
        finally
        {
            watch.EndRead();
        }
    }

    private static bool IsLoss(Exception error) => error is IOException or SocketException or ObjectDisposedException;

    private Fault Lost(Exception lost, string how) => new(FaultCode.Unreachable, "the connection to the server was lost", lost)
    {
        Where = Server,
        Why = watch.HasEnded ? $"it {how} for {Patience.TotalSeconds:0.#} s" : lost.InnerException?.Message ?? lost.Message,
        Next = "check that the server runs, and try again",
        Transient = true,
    };
}
