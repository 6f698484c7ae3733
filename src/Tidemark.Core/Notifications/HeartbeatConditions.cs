using Tidemark.Heartbeats;

namespace Tidemark.Notifications;

/// <summary>Whether the database takes writes; pure.</summary>
internal static class HeartbeatConditions
{
    public static Survey Of(HeartbeatFinding finding, string database, TimeSpan limit)
    {
        var severity = finding.State switch { HeartbeatState.Missing => Severity.Critical, HeartbeatState.NotWatched or HeartbeatState.NotKnown => Severity.Lingering, _ => (Severity?)null };
        return new Survey
        {
            LookedAt = new HashSet<string>([Cause.HeartbeatMissing]),
            Conditions = severity is not { } how ? [] :
            [
                new Condition
                {
                    Database = database,
                    Cause = Cause.HeartbeatMissing,
                    Severity = how,
                    Text = $"no heartbeat was seen for more than {new Duration(limit)}: whether \"{database}\" takes writes is not known; {finding.Why}",
                    Since = finding.LastAt,
                    Next = "tidemark heartbeat",
                },
            ],
        };
    }
}
