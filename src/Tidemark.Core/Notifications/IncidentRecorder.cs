using System.Text.Json;
using Tidemark.Journal;
using Tidemark.Processes;

namespace Tidemark.Notifications;

/// <summary>Brings the incidents in the journal up to what was found, and leaves for each channel what is to be told, in one transaction.</summary>
/// <param name="stateFolder">Of the journal.</param>
/// <param name="channels">Names of those that are told.</param>
/// <param name="mask">Hides secrets in what is told.</param>
/// <param name="host">The machine that says so.</param>
/// <param name="clock">The time of each event.</param>
internal sealed class IncidentRecorder(string stateFolder, IReadOnlyList<string> channels, SecretMask mask, string host, TimeProvider clock)
{
    /// <param name="found">Besides the runs that fail, which are read in the same transaction.</param>
    /// <param name="heartbeatLimit">See <see cref="FailedRuns.Of"/>.</param>
    /// <returns>What was told of.</returns>
    public IReadOnlyList<IncidentRow> Take(Survey found, TimeSpan? heartbeatLimit)
    {
        var now = clock.GetUtcNow();
        using var journal = RunJournal.Open(stateFolder);
        var failing = DeliveryHealth.Of(journal.Waiting(), channels, now).Select(DeliveryHealth.ToCondition);
        var delivery = new Survey { Conditions = [.. failing], LookedAt = new HashSet<string>([Cause.DeliveryFailing]) };
        return journal.ChangeIncidents((open, notices) =>
            [.. IncidentPlanner.Plan(open, Masked(found.And(FailedRuns.Of(notices, heartbeatLimit, now)).And(delivery)), now).Select(step => (step.Incident, Deliveries(step, found, now)))]);
    }

    /// <summary>That a channel fails is told on the others.</summary>
    private IReadOnlyList<DeliveryRow> Deliveries(IncidentStep step, Survey found, DateTimeOffset now)
    {
        if (step.Event is null) return [];
        var message = JsonSerializer.Serialize(NoticeMessage.Of(step, found.Recovery.GetValueOrDefault(step.Incident.Database), host, now), NoticeJson.Default.NoticeMessage);
        return [.. channels.Where(channel => step.Incident.Cause != Cause.DeliveryFailing || channel != step.Incident.Place).Select(channel => new DeliveryRow
        {
            Id = Guid.NewGuid().ToString("N"),
            Incident = step.Incident.Id,
            Event = step.Incident.Events,
            Channel = channel,
            Message = message,
            MadeAt = now,
            NextAt = now,
        })];
    }

    private Survey Masked(Survey survey) => survey with { Conditions = [.. survey.Conditions.Select(condition => condition with { Text = mask.Hide(condition.Text), Next = mask.Hide(condition.Next) })] };
}
