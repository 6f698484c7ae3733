using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>When we had all that a server had: what its messages prove, in their order. Pure but for its lock: one task hears, another asks.</summary>
/// <remarks>
/// Each message bears the server's clock. Bytes also say how far the log was durable when the server began to send them, which is after the
/// message before: when they reach that far, all that was durable at that one's moment is here. A keepalive says only how far the server has
/// sent. But between one message and the answer to what we asked after it the server would have sent what it had: where nothing came, it had nothing.
/// </remarks>
/// <param name="timeline">That is received.</param>
/// <param name="isWhole">The server has all that there is: of a standby, or of a timeline that was left, no message proves anything.</param>
internal sealed class ReachReckoning(TimelineId timeline, bool isWhole)
{
    private readonly Lock gate = new();
    private DateTimeOffset? before;
    private bool asked;

    /// <summary>An answer is about to be asked for.</summary>
    public void Asking()
    {
        lock (gate) asked = before is not null;
    }

    /// <param name="message">The next one.</param>
    /// <param name="position">The first byte that has not come, with this message.</param>
    /// <returns>Null: it proves nothing.</returns>
    public WalReach? Heard(in WalMessage message, Lsn position)
    {
        lock (gate)
        {
            // An answer asks for none.
            var proves = message.Kind == WalMessageKind.Bytes ? position >= message.ServerEnd : asked && !message.ReplyRequested;
            var reach = isWhole && proves && before is { } at ? new WalReach(timeline, position, at) : null;
            (before, asked) = (message.ServerClock, false);
            return reach;
        }
    }
}
