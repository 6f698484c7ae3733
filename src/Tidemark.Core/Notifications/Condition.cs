namespace Tidemark.Notifications;

/// <summary>Something that is wrong at this moment.</summary>
internal sealed record Condition
{
    /// <summary>Empty: of the service, or of every database.</summary>
    public required string Database { get; init; }

    /// <summary>See <see cref="Notifications.Cause"/>.</summary>
    public required string Cause { get; init; }

    /// <summary>A store or a channel, where one of several is meant; else empty.</summary>
    public string Place { get; init; } = "";

    public required Severity Severity { get; init; }

    /// <summary>What is at risk, in a sentence without secrets.</summary>
    public required string Text { get; init; }

    /// <summary>Null: since it was first seen.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>A command line.</summary>
    public required string Next { get; init; }

    public (string Database, string Cause, string Place) Key => (Database, Cause, Place);
}
