namespace Tidemark.Postgres.Wal;

/// <summary>Times as PostgreSQL stores them: microseconds since the start of 2000, in UTC.</summary>
internal static class PostgresTime
{
    private static readonly DateTimeOffset Zero = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly long Least = (DateTimeOffset.MinValue - Zero).Ticks / TimeSpan.TicksPerMicrosecond;

    private static readonly long Most = (DateTimeOffset.MaxValue - Zero).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <returns>Null: before year 1 or after 9999; no clock ever said so.</returns>
    public static DateTimeOffset? From(long microseconds) => microseconds < Least || microseconds > Most ? null : Zero.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
