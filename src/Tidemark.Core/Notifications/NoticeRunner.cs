using Tidemark.Journal;

namespace Tidemark.Notifications;

/// <summary>Finds out what people should hear of, and tells them.</summary>
internal sealed class NoticeRunner(IncidentRecorder incidents, DeliveryRunner deliveries)
{
    /// <param name="found">What is wrong, besides runs that fail.</param>
    /// <param name="heartbeatLimit">See <see cref="FailedRuns.Of"/>.</param>
    /// <param name="token">Ends the sending; what was not sent waits in the journal.</param>
    public async Task<NoticeReport> RunAsync(Survey found, TimeSpan? heartbeatLimit, CancellationToken token)
    {
        var changed = incidents.Take(found, heartbeatLimit);
        return new NoticeReport(changed, await deliveries.RunAsync(token));
    }
}

/// <summary>What changed, and what could not be sent: a sentence a channel.</summary>
internal sealed record NoticeReport(IReadOnlyList<IncidentRow> Changed, IReadOnlyList<string> Unsent);
