using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>The histories of a server's timelines: read to know where to go on, and brought into the spool before any of their segments.</summary>
internal static class ServerHistories
{
    /// <summary>undefined_file (58P01): the server has no such file, or not any more.</summary>
    private const string Removed = "58P01";

    public static bool IsGone(Fault refused) => refused.InnerException is ServerRefusal { SqlState: Removed };

    /// <exception cref="Fault">1: it is no history. 4: the server has none of this timeline.</exception>
    public static async Task<TimelineHistory> ReadAsync(ReplicationConnection connection, TimelineId timeline, CancellationToken token)
    {
        if (timeline == TimelineId.First) return new TimelineHistory(timeline, []);
        try
        {
            return TimelineHistory.Parse(timeline, await connection.TimelineHistoryAsync(timeline, token));
        }
        catch (FormatException broken)
        {
            throw new Fault(FaultCode.Failed, $"the server's {timeline.HistoryFileName} cannot be read", broken) { Where = connection.Server, Why = broken.Message, Next = "look at it in the server's pg_wal" };
        }
    }

    /// <summary>Of a timeline and all those that it comes from. A recovery that looks for the newest timeline goes from one to the next.</summary>
    public static async Task BringAsync(ReplicationConnection connection, TimelineHistory history, WalSpool spool, CancellationToken token)
    {
        foreach (var timeline in history.Forks.Select(fork => fork.Parent).Append(history.Timeline).Where(one => one != TimelineId.First))
        {
            try
            {
                spool.WriteHistory(timeline, await connection.TimelineHistoryAsync(timeline, token));
            }
            catch (Fault gone) when (IsGone(gone) && timeline != history.Timeline)
            {
                // A server that was copied from a later one has no file of those before.
            }
        }
    }
}
