using Tidemark.Postgres.Wal;

namespace Tidemark.BaseBackups;

/// <summary>A place in the WAL and on which timeline, as documents tell it.</summary>
internal sealed record WalPoint
{
    public required uint Timeline { get; init; }

    /// <summary>As PostgreSQL writes it: 16/B374D848.</summary>
    public required string Lsn { get; init; }

    /// <summary>By the server's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    public static WalPoint At(TimelineId timeline, Lsn lsn, DateTimeOffset time) => new() { Timeline = timeline.Value, Lsn = lsn.ToString(), Time = time };

    /// <exception cref="FormatException">It is no LSN.</exception>
    public (TimelineId Timeline, Lsn Lsn) Place() => (new TimelineId(Timeline), Postgres.Wal.Lsn.Parse(Lsn));
}

/// <summary>The WAL without which a backup is none: all of it, both ends included.</summary>
internal sealed record WalSpan
{
    /// <summary>Where recovery begins: the redo place of the backup's checkpoint.</summary>
    public required WalPoint Start { get; init; }

    /// <summary>Where the backup is consistent. On the edge of a segment it belongs to the one before.</summary>
    public required WalPoint Stop { get; init; }
}
