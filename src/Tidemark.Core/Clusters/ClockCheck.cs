using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>The server's clock, which recovery points are told by, against ours, which ages are told by.</summary>
internal static class ClockCheck
{
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(5);

    private static readonly CheckSubject Subject = new("clock", "the server's clock against ours", FaultCode.Failed);

    public static Task<Check> LookAsync(ProbedServer? server, IReadOnlyList<DumpEntry> backups, TimeProvider clock, CancellationToken token) => Subject.LookAsync(server, async connected =>
    {
        var before = clock.GetUtcNow();
        var said = await connected.Connection.ScalarAsync<DateTime>("select clock_timestamp()", token);
        var after = clock.GetUtcNow();
        return Judge(before, new DateTimeOffset(said.ToUniversalTime()), after, backups.MaxBy(entry => entry.Manifest?.RecoveryPoint ?? DateTimeOffset.MinValue));
    });

    /// <param name="before">Our clock, before the server was asked.</param>
    /// <param name="server">What it said.</param>
    /// <param name="after">Our clock, when the answer was there.</param>
    /// <param name="latest">The backup with the latest recovery point; null when there is none.</param>
    public static Check Judge(DateTimeOffset before, DateTimeOffset server, DateTimeOffset after, DumpEntry? latest)
    {
        // It was asked somewhere between the two: only what lies outside of them is a difference.
        var ahead = server - after;
        var behind = before - server;
        if (ahead > Tolerated || behind > Tolerated)
            return Subject.Warn($"the server is {Ages.InWords(ahead > behind ? ahead : behind)} {(ahead > behind ? "ahead" : "behind")}: ages and retention are wrong by as much", "timedatectl set-ntp true, on the machine whose clock is wrong");
        return latest?.Manifest?.RecoveryPoint is { } point && point - after > Tolerated
            ? Subject.Warn($"the recovery point of {latest.Key} lies {Ages.InWords(point - after)} in the future: a clock was wrong when it was taken", $"tidemark show {latest.Id}")
            : Subject.Ok("they agree");
    }
}
