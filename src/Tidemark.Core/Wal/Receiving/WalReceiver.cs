using Tidemark.Configuration;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>Takes one timeline from one server into the spool, and tells the server what is durable.</summary>
/// <remarks>Two things at once: bytes are read and written as they come, and at each beat what was written is made durable and acknowledged. Nothing is acknowledged that was not brought to the disk before.</remarks>
internal sealed class WalReceiver(WalSpool spool, SpoolRoom room, WalOptions options, TimeProvider clock, ReceiverState state)
{
    /// <summary>A store gets what was durable at the beat before: so much is what it holds older than it need be. Far below wal_sender_timeout (60 s unless it was changed), after which a server ends a connection that says nothing.</summary>
    private static readonly TimeSpan LongestBeat = TimeSpan.FromSeconds(1);

    private ulong flushed;

    /// <param name="connection">To the server.</param>
    /// <param name="slot">Through which the server keeps what we have not.</param>
    /// <param name="plan">From where on.</param>
    /// <param name="isWhole">The server has all that there is of the cluster: it is no standby, and this is its timeline of now.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>How it goes on where the timeline ended.</returns>
    /// <exception cref="Fault">7: the connection. 15, 8: the disk of the spool; nothing more is acknowledged then.</exception>
    public async Task<TimelineSwitch> RunAsync(ReplicationConnection connection, string? slot, ReceivePlan plan, bool isWhole, CancellationToken token)
    {
        Volatile.Write(ref flushed, plan.From.Value);
        var stream = await connection.StreamAsync(slot, plan.From, plan.Timeline, token);
        state.Begun(plan, connection.Server, clock.GetUtcNow());
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(token);
        var reckoning = new ReachReckoning(plan.Timeline, isWhole);
        var beating = BeatAsync(stream, reckoning, ended.Token);
        var reading = ReadAsync(stream, plan.Timeline, reckoning, ended.Token);
        // Whichever fails ends the other; a beat ends by failing only.
        var first = await Task.WhenAny(beating, reading);
        await ended.CancelAsync();
        try
        {
            await first;
        }
        finally
        {
            await Task.WhenAll(beating, reading).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            Flush();
            spool.Leave();
        }
        return stream.Next!;
    }

    private async Task ReadAsync(ReplicationStream stream, TimelineId timeline, ReachReckoning reckoning, CancellationToken token)
    {
        while (true)
        {
            await room.WaitAsync(token);
            var message = await stream.ReadAsync(token);
            switch (message.Kind)
            {
                case WalMessageKind.End:
                    return;
                case WalMessageKind.Keepalive:
                    state.Heard(stream.Position, message, reckoning.Heard(message, stream.Position));
                    if (message.ReplyRequested) await TellAsync(stream, token);
                    break;
                default:
                    var complete = spool.Write(timeline, message.Start, message.Bytes.Span);
                    state.Heard(stream.Position, message, reckoning.Heard(message, stream.Position));
                    foreach (var segment in complete)
                    {
                        Acknowledge(segment.End(spool.Size));
                        room.Grown();
                    }
                    if (complete.Count > 0 || (options.Synchronous && stream.Position >= message.ServerEnd))
                    {
                        if (options.Synchronous) Flush();
                        await TellAsync(stream, token);
                    }
                    break;
            }
        }
    }

    private async Task BeatAsync(ReplicationStream stream, ReachReckoning reckoning, CancellationToken token)
    {
        var beat = options.ShipEvery < LongestBeat ? options.ShipEvery : LongestBeat;
        using var timer = new PeriodicTimer(beat, clock);
        while (await timer.WaitForNextTickAsync(token))
        {
            // Off this thread's way: an fsync takes as long as the disk likes.
            await Task.Run(Flush, token);
            // An idle server whose wal_sender_timeout is 0 says nothing by itself; its answer also moves the moment up to which we have all.
            reckoning.Asking();
            await TellAsync(stream, token, replyRequested: true);
        }
    }

    private ValueTask TellAsync(ReplicationStream stream, CancellationToken token, bool replyRequested = false) => stream.SendStatusAsync(stream.Position, new Lsn(Volatile.Read(ref flushed)), Lsn.None, replyRequested, token);

    private void Flush()
    {
        if (spool.Flush() is { IsNone: false } durable) Acknowledge(durable);
    }

    /// <summary>Never back: two tasks come here, and the later one may know less.</summary>
    private void Acknowledge(Lsn durable)
    {
        var known = Volatile.Read(ref flushed);
        while (known < durable.Value)
        {
            var seen = Interlocked.CompareExchange(ref flushed, durable.Value, known);
            if (seen == known) break;
            known = seen;
        }
        state.Durable(durable);
    }
}
