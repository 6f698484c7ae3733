namespace Tidemark.Schedules;

/// <summary>How long a run that failed waits for its next attempt: one minute, then twice as long each time, at most half an hour.</summary>
internal static class RetryPause
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromMinutes(30), LongestGrace = TimeSpan.FromHours(2);

    /// <param name="attempts">So far.</param>
    /// <param name="grace">Of a schedule whose whole grace is shorter than some pauses, they are shorter too.</param>
    public static TimeSpan After(int attempts, TimeSpan grace)
    {
        var unit = grace / 8 < First ? grace / 8 : First;
        var pause = unit * Math.Pow(2, Math.Min(attempts - 1, 10));
        return pause < Longest ? pause : Longest;
    }

    /// <param name="said">By the user; null: not.</param>
    /// <param name="interval">From this run to the next.</param>
    public static TimeSpan Grace(TimeSpan? said, TimeSpan interval) => said ?? (interval / 4 < LongestGrace ? interval / 4 : LongestGrace);
}
