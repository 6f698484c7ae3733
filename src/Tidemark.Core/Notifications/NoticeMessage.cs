using System.Text.Json.Serialization;

namespace Tidemark.Notifications;

/// <summary>What is told, as it waits in the journal and as a webhook gets it.</summary>
internal sealed record NoticeMessage
{
    /// <summary>opened, worsened, reminded, over, or test.</summary>
    public required string Event { get; init; }

    /// <summary>warning or critical; of the incident when it was over.</summary>
    public required string Severity { get; init; }

    /// <summary>Empty: of the service, or of every database.</summary>
    public required string Database { get; init; }

    public required string Cause { get; init; }

    /// <summary>A store or a channel, where one of several is meant.</summary>
    public string? Place { get; init; }

    public required string Title { get; init; }

    /// <summary>What is at risk; of one that is over, what was.</summary>
    public required string Text { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? RecoveryPoint { get; init; }

    public double? RecoveryPointAgeSeconds { get; init; }

    /// <summary>How old it may be.</summary>
    public double? ObjectiveSeconds { get; init; }

    /// <summary>A command line.</summary>
    public string? Next { get; init; }

    /// <summary>The machine that says so.</summary>
    public required string Host { get; init; }

    public static NoticeMessage Of(IncidentStep step, RecoveryStanding? recovery, string host, DateTimeOffset now) => new()
    {
        Event = step.Event!.Value.ToString().ToLowerInvariant(),
        Severity = ((Severity)step.Incident.Level).ToString().ToLowerInvariant(),
        Database = step.Incident.Database,
        Cause = step.Incident.Cause,
        Place = step.Incident.Place.Length == 0 ? null : step.Incident.Place,
        Title = Notifications.Cause.Title(step.Incident.Cause),
        Text = step.Incident.Text,
        Since = step.Incident.Since,
        At = now,
        RecoveryPoint = recovery?.Point,
        RecoveryPointAgeSeconds = recovery?.Age is { } age ? Math.Round(age.TotalSeconds) : null,
        ObjectiveSeconds = recovery?.Objective?.TotalSeconds,
        Next = step.Event == IncidentEvent.Over ? null : step.Condition!.Next,
        Host = host,
    };
}

/// <summary>One message on its way to one channel.</summary>
/// <param name="Id">The same at every try: a receiver that gets it twice can tell.</param>
/// <param name="Incident">0 for a test, and for what no journal can hold.</param>
/// <param name="Message">What is told.</param>
internal sealed record NoticeEnvelope(string Id, long Incident, NoticeMessage Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(NoticeMessage))]
[JsonSerializable(typeof(NoticeEnvelope))]
[JsonSerializable(typeof(SlackText))]
[JsonSerializable(typeof(SlackAnswer))]
internal sealed partial class NoticeJson : JsonSerializerContext;
