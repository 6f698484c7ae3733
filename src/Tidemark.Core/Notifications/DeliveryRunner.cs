using System.Text.Json;
using Tidemark.Journal;

namespace Tidemark.Notifications;

/// <summary>Sends what is due, each channel by itself: one that hangs delays no other.</summary>
/// <remarks>
/// Who sends takes the delivery first, for as long as a try can last: a service and a command at the same time send it once.
/// Killed between the answer and its record, it is sent again with the same id: no sender over HTTP can know better.
/// </remarks>
internal sealed class DeliveryRunner(string stateFolder, IReadOnlyList<INoticeChannel> channels, TimeProvider clock)
{
    /// <summary>Longer than any try.</summary>
    private static readonly TimeSpan Taken = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30), Longest = TimeSpan.FromMinutes(5);

    /// <returns>What failed, a sentence a channel.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken token)
    {
        IReadOnlyList<DeliveryRow> waiting;
        using (var journal = RunJournal.Open(stateFolder)) waiting = journal.Waiting();
        var told = await Task.WhenAll(channels.Select(channel => SendAsync(channel, [.. waiting.Where(delivery => delivery.Channel == channel.Name)], token)));
        return [.. told.OfType<string>()];
    }

    /// <summary>In order; nothing of an incident before what was to be told of it earlier. After the first failure the channel is left in peace.</summary>
    private async Task<string?> SendAsync(INoticeChannel channel, IReadOnlyList<DeliveryRow> waiting, CancellationToken token)
    {
        var held = new HashSet<long>();
        string? told = null;
        foreach (var delivery in waiting)
        {
            if (held.Contains(delivery.Incident) || told is not null || !IsOurs(delivery))
            {
                held.Add(delivery.Incident);
                continue;
            }
            var answer = await AnswerOfAsync(channel, new NoticeEnvelope(delivery.Id, delivery.Incident, JsonSerializer.Deserialize(delivery.Message, NoticeJson.Default.NoticeMessage)!), token);
            using var journal = RunJournal.Open(stateFolder);
            if (answer.Taken)
            {
                journal.Deliver(delivery.Id, clock.GetUtcNow());
                continue;
            }
            journal.Postpone(delivery.Id, answer.Words, clock.GetUtcNow() + Pause(delivery.Tries + 1, answer.RetryAfter));
            held.Add(delivery.Incident);
            told = $"{channel.Name} did not take a notice: {answer.Words}";
        }
        return told;
    }

    private bool IsOurs(DeliveryRow delivery)
    {
        var now = clock.GetUtcNow();
        using var journal = RunJournal.Open(stateFolder);
        return journal.Claim(delivery.Id, now, now + Taken);
    }

    /// <summary>One try, whatever it comes to.</summary>
    public static async Task<ChannelAnswer> AnswerOfAsync(INoticeChannel channel, NoticeEnvelope envelope, CancellationToken token)
    {
        try
        {
            // A secret may come from a command that takes its time: nobody waits for it longer than for the rest.
            return await Task.Run(() => channel.SendAsync(envelope, token), token).WaitAsync(token);
        }
        catch (OperationCanceledException)
        {
            return ChannelAnswer.Refused("there was no time left to wait for its answer");
        }
        catch (Fault unreadable)
        {
            return ChannelAnswer.Refused(unreadable.InOneLine);
        }
    }

    /// <summary>Doubles from 30 s to 5 minutes; what the other side asks for counts up to an hour.</summary>
    public static TimeSpan Pause(int tries, TimeSpan? asked)
    {
        var grown = Shortest * Math.Pow(2, Math.Min(tries, 10) - 1);
        var ours = grown < Longest ? grown : Longest;
        return asked is { } theirs && theirs > ours ? theirs < TimeSpan.FromHours(1) ? theirs : TimeSpan.FromHours(1) : ours;
    }
}
