using System.Text.Json.Serialization;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;

namespace Tidemark.Wal;

/// <summary>Up to which moment every commit is there.</summary>
/// <param name="Timeline">On which the server was.</param>
/// <param name="End">The first byte that was not written then.</param>
/// <param name="At">By the server's clock.</param>
internal sealed record WalReach(TimelineId Timeline, Lsn End, DateTimeOffset At)
{
    /// <summary>As with backups: further ahead of our clock than this, one of the two is wrong.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    /// <summary>Never negative. Null: it lies so far in the future that its age says nothing.</summary>
    public TimeSpan? Age(DateTimeOffset now) => At - now > Skew ? null : now > At ? now - At : TimeSpan.Zero;
}

/// <summary>The same in a store, <c>volatile/reach.json</c>: said by a receiver, renewed while it ships. Without it the last commit that the WAL holds is all that is known.</summary>
internal sealed record WalReachNote
{
    public required string Timeline { get; init; }

    public required string Lsn { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null: it cannot be read.</summary>
    [JsonIgnore]
    public WalReach? Reach => TimelineId.TryParse(Timeline, out var timeline) && Postgres.Wal.Lsn.TryParse(Lsn, out var end) ? new WalReach(timeline, end, At) : null;

    public static string KeyIn(IncarnationFolder folder) => $"{folder.Key}volatile/reach.json";

    public static WalReachNote Of(WalReach reach) => new() { Timeline = $"{reach.Timeline}", Lsn = $"{reach.End}", At = reach.At };
}
