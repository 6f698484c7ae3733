using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>How a receiver stands, for whoever looks while it works.</summary>
internal sealed class ReceiverState
{
    private readonly Lock gate = new();
    private ReceiverReport report = new();

    public ReceiverReport Report
    {
        get
        {
            lock (gate) return report;
        }
    }

    public void Begun(ReceivePlan plan, string server, DateTimeOffset at) => Set(now => now with { Server = server, Timeline = plan.Timeline, Received = plan.From, Since = at, CaughtUp = null, Failure = null });

    public void Heard(Lsn position, Lsn serverEnd, DateTimeOffset serverClock, int bytes)
    {
        lock (gate)
        {
            report = report with { Received = position, ServerEnd = serverEnd, ServerClock = serverClock, Bytes = report.Bytes + bytes };
            // All that was flushed when the server said so is here: every commit that it had confirmed by then.
            if (position >= serverEnd) report = report with { CaughtUp = new WalReach(report.Timeline, position, serverClock) };
        }
    }

    public void Durable(Lsn until) => Set(now => until > now.Durable ? now with { Durable = until } : now);

    public void Failed(string why) => Set(now => now with { Failure = why });

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
