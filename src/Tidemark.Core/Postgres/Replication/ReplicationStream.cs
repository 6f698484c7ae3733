using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Replication;

/// <summary>WAL as it is written, without a gap, until the timeline ends. One task reads; a status may be sent by another at any time.</summary>
internal sealed class ReplicationStream(ReplicationConnection connection, Lsn start)
{
    private const int StatusLength = 34;

    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly byte[] status = new byte[5 + StatusLength];
    private bool hasEnded, isStopping;

    /// <summary>The next byte that is to come.</summary>
    public Lsn Position { get; private set; } = start;

    /// <summary>How far the server's WAL went when it last said so.</summary>
    public Lsn ServerEnd { get; private set; }

    /// <summary>How it goes on after the end of a timeline; null: it has not ended, or we ended the stream.</summary>
    public TimelineSwitch? Next { get; private set; }

    /// <summary>Waits for the server's consent. A timeline that ends at the start has nothing to stream: then the first message is the end.</summary>
    public async Task BeginAsync(CancellationToken token)
    {
        var message = await connection.NextAsync(token);
        if (message.Kind == MessageKind.CopyBoth) return;
        if (message.Kind is not (MessageKind.RowDescription or MessageKind.DataRow)) throw ProtocolFault.Unexpected(message, "instead of a stream of WAL");
        hasEnded = true;
        await FinishAsync(message, token);
    }

    /// <exception cref="Fault">7: the connection is lost, the server is silent, or what it sends does not join on.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WalMessage> ReadAsync(CancellationToken token)
    {
        if (hasEnded) return End();
        var message = await connection.NextAsync(token);
        switch (message.Kind)
        {
            case MessageKind.CopyData:
                return Understand(message);
            case MessageKind.CopyDone:
                hasEnded = true;
                if (!isStopping) await connection.Wire.SendAsync(Request.CopyDone, token);
                await FinishAsync(await connection.NextAsync(token), token);
                return End();
            case MessageKind.CommandComplete:
                // Without CopyDone before it: so ends a walsender when its server is shut down.
                throw new Fault(FaultCode.Unreachable, "the server is shutting down") { Where = connection.Server, Why = "it has ended the stream of WAL", Next = "try again when the server accepts connections", Transient = true };
            default:
                throw ProtocolFault.Unexpected(message, "in a stream of WAL");
        }
    }

    /// <summary>Tells the server how far we are. It forgets, and synchronous commits wait for, what is said here: never say more than is true.</summary>
    /// <remarks>
    /// Written: handed to the operating system. Flushed: on disk, safe from a power cut; the slot moves up to here. Applied: none, where nothing is applied.
    /// A requested reply comes at once, as a keepalive: so an idle line is proven to be alive.
    /// </remarks>
    public ValueTask SendStatusAsync(Lsn written, Lsn flushed, Lsn applied, bool replyRequested, CancellationToken token) =>
        connection.Wire.SendAsync(static state => state.Self.Status(state.written, state.flushed, state.applied, state.replyRequested), (Self: this, written, flushed, applied, replyRequested), token);

    /// <summary>Ends the stream from our side; what still comes is passed over. Then the connection takes commands again.</summary>
    public async Task StopAsync(CancellationToken token)
    {
        if (hasEnded) return;
        isStopping = true;
        await connection.Wire.SendAsync(Request.CopyDone, token);
        while (await ReadAsync(token) is { Kind: not WalMessageKind.End })
        {
        }
    }

    private WalMessage Understand(ServerMessage message)
    {
        var fields = message.Fields;
        switch (fields.Byte())
        {
            case (byte)'w':
                var start = new Lsn(fields.UInt64());
                ServerEnd = new Lsn(fields.UInt64());
                var clock = Clock(fields.Int64());
                var bytes = message.Body[^fields.Rest.Length..];
                if (start != Position || bytes.IsEmpty) throw ProtocolFault.Of($"{bytes.Length} bytes of WAL from {start} came where those from {Position} were to come");
                if (Position.Value + (ulong)bytes.Length < Position.Value) throw ProtocolFault.Of("the WAL goes beyond the last place there is");
                Position += (ulong)bytes.Length;
                return new WalMessage(WalMessageKind.Bytes, start, ServerEnd, clock, bytes, false);
            case (byte)'k':
                ServerEnd = new Lsn(fields.UInt64());
                return new WalMessage(WalMessageKind.Keepalive, Position, ServerEnd, Clock(fields.Int64()), default, fields.Byte() != 0);
            case var other:
                throw ProtocolFault.Of($"a message of kind 0x{other:x2} came within a stream of WAL");
        }
    }

    private WalMessage End() => new(WalMessageKind.End, Position, ServerEnd, default, default, false);

    /// <summary>After the copying comes a row that says which timeline is next, unless it was we who ended it.</summary>
    private async Task FinishAsync(ServerMessage message, CancellationToken token)
    {
        for (; message.Kind != MessageKind.ReadyForQuery; message = await connection.NextAsync(token))
        {
            if (message.Kind == MessageKind.DataRow && ResultRow.Read(message.Fields) is var row) Next = new TimelineSwitch(row.Timeline(0), row.Lsn(1));
            else if (message.Kind is not (MessageKind.RowDescription or MessageKind.CommandComplete or MessageKind.CopyDone)) throw ProtocolFault.Unexpected(message, "at the end of a stream of WAL");
        }
        if (Next is null && !isStopping) throw ProtocolFault.Of("the stream of WAL ended without a word on how it goes on");
    }

    private ReadOnlyMemory<byte> Status(Lsn written, Lsn flushed, Lsn applied, bool replyRequested)
    {
        Request.Header(status, MessageKind.CopyData, StatusLength);
        var body = status.AsSpan(5);
        body[0] = (byte)'r';
        BinaryPrimitives.WriteUInt64BigEndian(body[1..], written.Value);
        BinaryPrimitives.WriteUInt64BigEndian(body[9..], flushed.Value);
        BinaryPrimitives.WriteUInt64BigEndian(body[17..], applied.Value);
        BinaryPrimitives.WriteInt64BigEndian(body[25..], (connection.Clock.GetUtcNow() - Epoch).Ticks / TimeSpan.TicksPerMicrosecond);
        body[33] = replyRequested ? (byte)1 : (byte)0;
        return status;
    }

    private static DateTimeOffset Clock(long microseconds) =>
        microseconds is > -50_000_000_000_000_000 and < 250_000_000_000_000_000 ? Epoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond) : throw ProtocolFault.Of("a time in the stream of WAL is none");
}
