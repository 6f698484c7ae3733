namespace Tidemark.Journal;

/// <summary>Something that people are told of, from when it began until it is over. Of one place, database and cause there is one at a time.</summary>
internal sealed record IncidentRow
{
    /// <summary>0: not written yet.</summary>
    public required long Id { get; init; }

    /// <summary>Empty: of the service, or of every database.</summary>
    public required string Database { get; init; }

    /// <summary>A stable word.</summary>
    public required string Cause { get; init; }

    /// <summary>A store or a channel, where one of several is meant; else empty.</summary>
    public string Place { get; init; } = "";

    /// <summary>1: look at it today. 2: look at it now.</summary>
    public required int Level { get; init; }

    /// <summary>What is at risk, in a sentence without secrets, as it was told last.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>When anybody was told last.</summary>
    public required DateTimeOffset ToldAt { get; init; }

    /// <summary>Events so far: opened is the first.</summary>
    public required int Events { get; init; }

    /// <summary>Since it opened, or became worse.</summary>
    public int Reminders { get; init; }

    public DateTimeOffset? OverAt { get; init; }
}
