using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Heartbeats;
using Tidemark.Postgres;
using Tidemark.Protection;

namespace Tidemark.Drills;

/// <summary>What the objectives are held against.</summary>
internal sealed record DrillMeasures
{
    /// <summary>From a new server to an application that works: the server, the restore, and the user's hooks; what only the drill looks at is left out. Null: it did not come so far.</summary>
    public double? RtoSeconds { get; init; }

    /// <summary>From the newest heartbeat that came back to the end of the next good backup, or to the drill where there is none: what a loss at the worst moment would have cost. Null: not measured.</summary>
    public double? RpoSeconds { get; init; }

    /// <summary>Why it was not measured.</summary>
    public string? RpoWhy { get; init; }

    public DateTimeOffset? NewestHeartbeat { get; init; }

    /// <summary>Until when a loss would have led back to this backup.</summary>
    public DateTimeOffset? NewestUntil { get; init; }

    /// <param name="phases">All of a drill that went to its end.</param>
    public static double RtoOf(IEnumerable<DrillPhase> phases) =>
        Math.Round(phases.Where(phase => RestorePhase.All.Contains(phase.Name)).Sum(phase => phase.Seconds), 3);

    /// <param name="restored">The restored database.</param>
    /// <param name="table">Where heartbeats are.</param>
    /// <param name="until">See <see cref="NewestUntil"/>.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<DrillMeasures> OfHeartbeatAsync(DatabaseAddress restored, HeartbeatOptions table, DateTimeOffset until, CancellationToken token)
    {
        try
        {
            var seen = await HeartbeatReader.ReadAsync(restored, table, token);
            return seen.Newest is { } newest ? new DrillMeasures { NewestHeartbeat = newest, NewestUntil = until, RpoSeconds = Math.Round(Math.Max(0, (until - newest).TotalSeconds), 3) }
                : new DrillMeasures { RpoWhy = seen.Exists ? $"the table {table.Table} holds no heartbeat" : $"the backup has no table {table.Table}" };
        }
        catch (Fault unreadable)
        {
            return new DrillMeasures { RpoWhy = unreadable.InOneLine };
        }
    }

    /// <summary>The end of the next good backup of the same database; the moment itself where there is none.</summary>
    public static DateTimeOffset UntilOf(DumpEntry drilled, IEnumerable<DumpEntry> all, DateTimeOffset now) =>
        all.Where(entry => entry.State == DumpState.Good && entry.Database == drilled.Database && entry.Manifest?.SystemIdentifier == drilled.Manifest?.SystemIdentifier && entry.Time > drilled.Time)
            .Select(entry => entry.Manifest!.FinishedAt).Append(now).Min();
}
