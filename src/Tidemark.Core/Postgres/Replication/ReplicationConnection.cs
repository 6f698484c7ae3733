using System.Net.Sockets;

namespace Tidemark.Postgres.Replication;

/// <summary>A session with a walsender: PostgreSQL's replication protocol, spoken by ourselves, for servers 13 to 18.</summary>
/// <remarks>One command at a time. What the commands are is in <see cref="ReplicationCommands"/>.</remarks>
internal sealed class ReplicationConnection : IAsyncDisposable
{
    private const int MostOfAResult = 16 << 20;

    private readonly ServerTarget target;
    private readonly Wire wire;
    private readonly byte[] keyData;
    private bool isBusy;

    private ReplicationConnection(ServerTarget target, Wire wire, byte[] keyData)
    {
        (this.target, this.wire, this.keyData) = (target, wire, keyData);
        Version = ServerVersion.Parse(Parameter("server_version")) ?? throw ProtocolFault.Of("the server does not tell its version");
    }

    /// <summary>For people: host and port.</summary>
    public string Server => wire.Server;

    /// <summary>Of this server alone, where the address names several.</summary>
    public DatabaseAddress Address => target.Alone;

    public ServerVersion Version { get; }

    public bool IsEncrypted => target.Encrypts;

    /// <summary>As far as the link shows.</summary>
    public bool IsOnThisMachine { get; private init; }

    public TimeProvider Clock => target.Clock;

    /// <summary>How long the server may say nothing while we wait for it. A base backup that waits for a checkpoint needs more.</summary>
    public TimeSpan Patience
    {
        get => wire.Patience;
        set => wire.Patience = value;
    }

    /// <summary>For what streams on its own: <see cref="ReplicationStream"/>.</summary>
    public Wire Wire => wire;

    /// <summary>Whatever the server reports of its settings; null: it does not report this one.</summary>
    public string? Parameter(string name) => wire.Parameters.GetValueOrDefault(name);

    /// <summary>Connects to the first server of the address that lets us in and is of the kind that target_session_attrs wants.</summary>
    /// <exception cref="Fault">6: the address contradicts itself. 7: no server can be reached, or none lets us in.</exception>
    public static Task<ReplicationConnection> OpenAsync(DatabaseAddress address, TimeProvider clock, CancellationToken token) => new ServerSearch(address, clock, null).RunAsync(token);

    /// <summary>The same, but for servers that its user has no use for.</summary>
    /// <param name="address">The servers.</param>
    /// <param name="clock">Time-outs go by it.</param>
    /// <param name="objection">What speaks against a server; null: nothing.</param>
    /// <param name="token">Ends the search.</param>
    public static Task<ReplicationConnection> OpenAsync(DatabaseAddress address, TimeProvider clock, Func<ReplicationConnection, CancellationToken, Task<Fault?>> objection, CancellationToken token) => new ServerSearch(address, clock, objection).RunAsync(token);

    /// <summary>Connects in one way to one server.</summary>
    public static async Task<ReplicationConnection> OpenAsync(ServerTarget target, CancellationToken token)
    {
        using var patience = new CancellationTokenSource(DeadPeer.Connect(target.Address), target.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, patience.Token);
        try
        {
            return await StartAsync(await ServerLink.OpenAsync(target, either.Token), either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !token.IsCancellationRequested)
        {
            throw new Fault(FaultCode.Unreachable, "the server cannot be reached") { Where = target.Server, Why = $"it did not answer within {DeadPeer.Connect(target.Address).TotalSeconds:0} s (connect_timeout)", Next = "check host and port in DATABASE_URL, and that the server runs", Transient = true };
        }
    }

    /// <summary>Begins a session over a link, which it then owns.</summary>
    public static async Task<ReplicationConnection> StartAsync(ServerLink link, CancellationToken token)
    {
        // Until the session stands, connect_timeout is the bound.
        var wire = new Wire(link.Stream, link.Socket, link.Target.Server, link.Target.Clock) { Patience = Timeout.InfiniteTimeSpan };
        try
        {
            return new ReplicationConnection(link.Target, wire, await SessionStart.RunAsync(wire, link, token)) { Patience = Wire.DefaultPatience, IsOnThisMachine = link.IsOnThisMachine };
        }
        catch (ServerRefusal refusal)
        {
            await wire.DisposeAsync();
            throw ReplicationFault.Of(refusal, link.Target.Server, link.Target.Address.User);
        }
        catch
        {
            await wire.DisposeAsync();
            throw;
        }
    }

    /// <summary>The rows that a command answers with.</summary>
    public async Task<IReadOnlyList<ResultRow>> QueryAsync(string command, CancellationToken token)
    {
        await BeginAsync(command, token);
        var rows = new List<ResultRow>();
        var size = 0;
        while (true)
        {
            var message = await NextAsync(token);
            switch (message.Kind)
            {
                case MessageKind.DataRow:
                    size += message.Body.Length + 100;
                    if (size > MostOfAResult) throw ProtocolFault.Of($"the answer to a short command is longer than {MostOfAResult} bytes");
                    rows.Add(ResultRow.Read(message.Fields));
                    break;
                case MessageKind.ReadyForQuery:
                    return rows;
                case MessageKind.RowDescription or MessageKind.CommandComplete or MessageKind.EmptyQuery:
                    break;
                default:
                    throw ProtocolFault.Unexpected(message, "in the answer to a command");
            }
        }
    }

    /// <summary>Sends a command; what it answers is read with <see cref="NextAsync"/>, up to ReadyForQuery.</summary>
    public async Task BeginAsync(string command, CancellationToken token)
    {
        if (isBusy) throw new InvalidOperationException("a command is not at its end yet");
        isBusy = true;
        await wire.SendAsync(Request.Query(command), token);
    }

    /// <summary>The next message of an answer: rows, copied data, and where each ends.</summary>
    /// <exception cref="Fault">The server refused; unless it has closed the connection, another command can follow.</exception>
    public async ValueTask<ServerMessage> NextAsync(CancellationToken token)
    {
        try
        {
            var message = await wire.ReadAsync(token);
            if (message.Kind == MessageKind.ReadyForQuery) isBusy = false;
            return message;
        }
        catch (ServerRefusal refusal)
        {
            throw await RefusedAsync(refusal, token);
        }
    }

    /// <summary>A command that takes data, such as UPLOAD_MANIFEST.</summary>
    public async Task CopyInAsync(string command, Stream content, CancellationToken token)
    {
        await BeginAsync(command, token);
        if (await NextAsync(token) is { Kind: not MessageKind.CopyIn } other) throw ProtocolFault.Unexpected(other, "instead of the wish for data");
        var message = new byte[5 + (64 << 10)];
        for (int count; (count = await content.ReadAsync(message.AsMemory(5), token)) > 0;)
        {
            Request.Header(message, MessageKind.CopyData, count);
            await wire.SendAsync(message.AsMemory(0, 5 + count), token);
        }
        await wire.SendAsync(Request.CopyDone, token);
        while (await NextAsync(token) is { Kind: not MessageKind.ReadyForQuery })
        {
        }
    }

    /// <summary>Asks the server, by another connection, to end the command that runs in this one. Whether it did, this one tells.</summary>
    public async Task CancelAsync(CancellationToken token)
    {
        await using var link = await ServerLink.OpenAsync(target, token);
        await link.Stream.WriteAsync(Request.Cancel(keyData), token);
        await link.Stream.FlushAsync(token);
        try
        {
            // The server closes it when the request has been passed on.
            _ = await link.Stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, token);
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            // However it closes: the request is there.
        }
    }

    /// <summary>Reads what a server sends after an error, so that another command can follow.</summary>
    public async Task<Fault> RefusedAsync(ServerRefusal refusal, CancellationToken token)
    {
        while (!refusal.EndsSession && isBusy)
        {
            try
            {
                isBusy = await wire.ReadAsync(token) is { Kind: not MessageKind.ReadyForQuery };
            }
            catch (ServerRefusal)
            {
                // The first one is the cause.
            }
        }
        return ReplicationFault.Of(refusal, Server, target.Address.User);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // A word of good-bye keeps "unexpected EOF" out of the server's log.
            Patience = TimeSpan.FromSeconds(2);
            await wire.SendAsync(Request.Terminate, CancellationToken.None);
        }
        catch (Fault)
        {
            // It is gone already.
        }
        await wire.DisposeAsync();
    }
}
