using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>Where a receiver goes on: always at the start of a segment. Pure.</summary>
/// <param name="Timeline">The timeline to ask for.</param>
/// <param name="From">The first byte to ask for.</param>
/// <param name="Remark">What a person should know of it; null: it just goes on.</param>
internal sealed record ReceivePlan(TimelineId Timeline, Lsn From, string? Remark = null)
{
    /// <param name="server">Whom it is to be received from.</param>
    /// <param name="have">How far WAL was received before, without a hole; null: there is none.</param>
    /// <param name="reserved">From where on the slot holds WAL; null: it does not say, and where the server is now must do.</param>
    /// <param name="size">Of a segment.</param>
    /// <exception cref="Fault">5: the server is on a branch that ours does not lead to, or was set back in time. 7: a standby has less than we have.</exception>
    public static ReceivePlan Of(ServerPosition server, WalPosition? have, Lsn? reserved, WalSegmentSize size)
    {
        var history = server.History;
        if (have is not { } known)
        {
            var first = size.StartOf(size.NumberAt(reserved ?? server.Flushed));
            return new ReceivePlan(history.At(first), first);
        }
        if (IsSetBack(server, known)) throw SetBack(server, known);
        if (known.Timeline == history.Timeline && server.Flushed < known.End) throw Behind(server, known);
        if (known.Timeline == history.Timeline) return new ReceivePlan(known.Timeline, size.StartOf(size.NumberAt(known.End)));
        if (history.EndOf(known.Timeline) is { } fork)
        {
            if (known.End < fork) return new ReceivePlan(known.Timeline, size.StartOf(size.NumberAt(known.End)));
            // The segment in which it forked has both names; under the child's it holds the parent's bytes, too.
            var child = history.At(fork);
            var from = size.StartOf(size.NumberAt(fork));
            return new ReceivePlan(child, from, known.End == fork ? null : $"timeline {known.Timeline} was received up to {known.End}, and the server left it at {fork}: what lies between is on no server's way any more, and stays under its own timeline");
        }
        if (known.Timeline > history.Timeline)
            throw new Fault(FaultCode.Refused, $"the server is on timeline {history.Timeline}, and timeline {known.Timeline} was received already")
            {
                Where = server.Name,
                Why = "it is an old primary, or was restored to an earlier moment",
                Left = "what was received is still there",
                Next = "tidemark wal status # then point DATABASE_URL at the primary",
            };
        var since = history.Forks.Count == 0 ? server.Flushed : history.Forks[^1].End;
        return new ReceivePlan(history.Timeline, size.StartOf(size.NumberAt(since)), $"the server's timeline {history.Timeline} does not come from timeline {known.Timeline}, which was received before: it is received from its fork on");
    }

    /// <summary>A primary that has less of its timeline than was received: what it writes next is another history of the same name.</summary>
    public static bool IsSetBack(ServerPosition server, WalPosition? have) => have is { } known && known.Timeline == server.History.Timeline && server.Flushed < known.End && !server.Standby;

    private static Fault Behind(ServerPosition server, WalPosition known) => new(FaultCode.Unreachable, "the standby has less WAL than was received already")
    {
        Where = server.Name,
        Why = $"it has it up to {server.Flushed}, and {known.End} was received on timeline {known.Timeline.Value}",
        Next = "wait until it has come as far, or point DATABASE_URL at the primary",
        Transient = true,
    };

    private static Fault SetBack(ServerPosition server, WalPosition known) => new(FaultCode.Refused, "the server was set back in time")
    {
        Where = server.Name,
        Why = $"timeline {known.Timeline.Value} was received up to {known.End}, and the server has written it up to {server.Flushed} only: what it writes from there on is another history of the same name, as after a machine is set back to a snapshot",
        Left = "what was received is still there; nothing of the new history was taken; a mark in the stores tells whoever reads there, until it is removed",
        Next = "tidemark wal status # names the mark: remove it if this is the wrong server; where that is right, give the server a BACKUP_DIR, and a state folder, of its own, and take a base backup",
    };

    /// <summary>The server holds no WAL any more from where it should go on.</summary>
    /// <param name="server">Whom it is received from.</param>
    /// <param name="wanted">What it refused.</param>
    /// <param name="reserved">From where on the slot holds WAL.</param>
    /// <param name="size">Of a segment.</param>
    public static ReceivePlan AfterGap(ServerPosition server, ReceivePlan wanted, Lsn reserved, WalSegmentSize size)
    {
        var from = size.StartOf(size.NumberAt(reserved));
        return new ReceivePlan(server.History.At(from), from, $"the server has no WAL from {wanted.From} to {from} any more: no moment in between can be reached, and none after it before the next base backup");
    }
}

/// <summary>How far WAL goes.</summary>
/// <param name="Timeline">Its last timeline.</param>
/// <param name="End">The first byte that is missing.</param>
internal readonly record struct WalPosition(TimelineId Timeline, Lsn End)
{
    public bool IsFurtherThan(WalPosition other) => (Timeline, End).CompareTo((other.Timeline, other.End)) > 0;
}

/// <summary>Where a server stands.</summary>
/// <param name="History">Of the timeline that it is on.</param>
/// <param name="Flushed">Up to where its WAL is durable.</param>
/// <param name="Standby">It is in recovery: what it has not yet may still come.</param>
/// <param name="Name">For people: host and port.</param>
internal sealed record ServerPosition(TimelineHistory History, Lsn Flushed, bool Standby = false, string? Name = null);
