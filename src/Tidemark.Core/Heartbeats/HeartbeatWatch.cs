namespace Tidemark.Heartbeats;

/// <summary>Remembers when a heartbeat was seen last, and says when none was for too long. It knows no server.</summary>
/// <param name="limit">How long none may be seen.</param>
/// <param name="since">When the watch began: nobody can have seen one before.</param>
internal sealed class HeartbeatWatch(TimeSpan limit, DateTimeOffset since)
{
    private readonly Lock gate = new();
    private bool? exists;
    private DateTimeOffset? seen;
    private string why = "";

    /// <summary>False: the table is not there; null: nobody could look yet.</summary>
    public bool? Exists
    {
        get
        {
            lock (gate) return exists;
        }
    }

    /// <summary>A look found this.</summary>
    public void See(HeartbeatSighting sighting, DateTimeOffset now)
    {
        lock (gate)
        {
            exists = sighting.Exists;
            why = sighting.Exists ? sighting.Age is null ? "the table holds no row" : "no newer row came into the table" : "the table is not there";
            if (sighting.Age is { } age) seen = now - age;
        }
    }

    /// <summary>A look was not possible.</summary>
    public void Fail(string because)
    {
        lock (gate) why = because;
    }

    public HeartbeatFinding Judge(DateTimeOffset now)
    {
        lock (gate)
        {
            // Who has no such table has asked for no heartbeats. One that was there and is gone is another matter.
            if (exists == false && seen is null) return new HeartbeatFinding(HeartbeatState.NotWatched, since, why);
            var last = seen is { } at && at < now ? at : seen is null ? since : now;
            return new HeartbeatFinding(now - last > limit ? HeartbeatState.Missing : seen is null ? HeartbeatState.NotKnown : HeartbeatState.Seen, last, why);
        }
    }
}

/// <summary>What the watch says.</summary>
/// <param name="State">How it stands.</param>
/// <param name="LastAt">The newest heartbeat, or the beginning of the watch where none was seen.</param>
/// <param name="Why">What the last look found.</param>
internal sealed record HeartbeatFinding(HeartbeatState State, DateTimeOffset LastAt, string Why);

internal enum HeartbeatState
{
    NotWatched,

    /// <summary>Since the watch began none was seen, and it is too early to miss one.</summary>
    NotKnown,
    Seen,
    Missing,
}
