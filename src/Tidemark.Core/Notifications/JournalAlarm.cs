using Tidemark.Journal;
using Tidemark.Processes;

namespace Tidemark.Notifications;

/// <summary>That the journal cannot be used cannot wait in the journal to be told: it is kept in memory, and goes to whoever can be reached.</summary>
/// <remarks>A restart forgets it. If it still holds, it is told again; that it is over is told by the program that told of it only.</remarks>
internal sealed class JournalAlarm(IReadOnlyList<INoticeChannel> channels, SecretMask mask, string host, TimeProvider clock)
{
    private readonly Dictionary<string, Queue<NoticeEnvelope>> waiting = channels.ToDictionary(channel => channel.Name, _ => new Queue<NoticeEnvelope>());
    private IncidentRow? open;
    private bool failedBefore;

    /// <param name="failure">Of this round; null: the journal was read and written. One that is alone is no alarm.</param>
    /// <param name="token">Ends the sending; what was not sent is sent by the next round.</param>
    public async Task RunAsync(Fault? failure, CancellationToken token)
    {
        var isAlarm = failure is not null && failedBefore;
        failedBefore = failure is not null;
        // One failure neither begins it nor, between two others, ends it.
        if (failure is null || isAlarm) Plan(isAlarm ? ConditionOf(failure!) : null);
        await Task.WhenAll(channels.Select(channel => SendAsync(channel, token)));
    }

    private void Plan(Condition? condition)
    {
        var (now, open) = (clock.GetUtcNow(), this.open);
        var survey = new Survey { Conditions = condition is null ? [] : [condition], LookedAt = new HashSet<string>([Cause.JournalUnusable]) };
        foreach (var step in IncidentPlanner.Plan(open is null ? [] : [open], survey, now))
        {
            this.open = step.Event == IncidentEvent.Over ? null : step.Incident;
            if (step.Event is null) continue;
            var message = NoticeMessage.Of(step, null, host, now);
            foreach (var queue in waiting.Values) queue.Enqueue(new NoticeEnvelope(Guid.NewGuid().ToString("N"), 0, message));
        }
    }

    /// <summary>In their order; one that was not taken is tried again by the next round.</summary>
    private async Task SendAsync(INoticeChannel channel, CancellationToken token)
    {
        var queue = waiting[channel.Name];
        while (queue.TryPeek(out var envelope) && (await DeliveryRunner.AnswerOfAsync(channel, envelope, token)).Taken) queue.Dequeue();
    }

    private Condition ConditionOf(Fault failure) => new()
    {
        Database = "",
        Cause = Cause.JournalUnusable,
        Severity = Severity.Critical,
        Text = mask.Hide($"no run can begin and nothing can be recorded: {failure.InOneLine}"),
        Next = mask.Hide(failure.Next ?? "tidemark doctor"),
    };
}
