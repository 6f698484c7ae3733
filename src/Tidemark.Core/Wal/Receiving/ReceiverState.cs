using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>How a receiver stands, for whoever looks while it works.</summary>
internal sealed class ReceiverState
{
    private readonly Lock gate = new();
    private ReceiverReport report = new();
    private string? heldUp;

    public ReceiverReport Report
    {
        get
        {
            lock (gate) return report with { Failure = report.Failure ?? heldUp };
        }
    }

    public void Begun(ReceivePlan plan, string server, DateTimeOffset at) => Set(now => now with { Server = server, Timeline = plan.Timeline, Received = plan.From, Since = at, CaughtUp = null, Failure = null });

    /// <param name="position">The next byte that is to come.</param>
    /// <param name="message">That came.</param>
    /// <param name="caughtUp">What it proves; null: nothing.</param>
    public void Heard(Lsn position, WalMessage message, WalReach? caughtUp) => Set(now => now with
    {
        Received = position,
        ServerEnd = message.ServerEnd,
        ServerClock = message.ServerClock,
        Bytes = now.Bytes + message.Bytes.Length,
        CaughtUp = caughtUp ?? now.CaughtUp,
    });

    public void Durable(Lsn until) => Set(now => until > now.Durable ? now with { Durable = until } : now);

    public void Failed(string why) => Set(now => now with { Failure = why });

    /// <param name="why">Why nothing is read from a server that is there; null: it is.</param>
    public void HeldUp(string? why)
    {
        lock (gate) heldUp = why;
    }

    private void Set(Func<ReceiverReport, ReceiverReport> change)
    {
        lock (gate) report = change(report);
    }
}

/// <param name="Server">Host and port; null: it has not connected yet.</param>
/// <param name="Timeline">That it receives.</param>
/// <param name="Received">The first byte that has not come.</param>
/// <param name="Durable">The first byte that is not on our disk; what the server was told.</param>
/// <param name="ServerEnd">How far the server was when it last said so.</param>
/// <param name="ServerClock">When it said so, by its clock.</param>
/// <param name="Since">When this connection began; null: there is none.</param>
/// <param name="Bytes">Received by this process.</param>
/// <param name="CaughtUp">When it last had all that the server had; null: it has not yet.</param>
/// <param name="Failure">Why it waits; null: it does not.</param>
internal sealed record ReceiverReport(string? Server = null, TimelineId Timeline = default, Lsn Received = default, Lsn Durable = default, Lsn ServerEnd = default, DateTimeOffset? ServerClock = null, DateTimeOffset? Since = null, long Bytes = 0, WalReach? CaughtUp = null, string? Failure = null);
