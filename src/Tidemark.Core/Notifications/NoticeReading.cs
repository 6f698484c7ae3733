using Tidemark.Configuration;
using Tidemark.Journal;

namespace Tidemark.Notifications;

/// <summary>How it stands with incidents and their telling, for those who only look.</summary>
/// <param name="Open">Incidents that are not over, oldest first.</param>
/// <param name="Failing">Channels that have taken nothing for long.</param>
/// <param name="Waiting">Notices that wait, by configured channel.</param>
internal sealed record NoticeReading(IReadOnlyList<IncidentRow> Open, IReadOnlyList<FailingChannel> Failing, IReadOnlyDictionary<string, int> Waiting)
{
    /// <exception cref="Fault">The journal cannot be read.</exception>
    public static NoticeReading Read(string stateFolder, NoticeOptions options, TimeProvider clock)
    {
        var channels = NoticeChannels.Of(options, clock).Select(channel => channel.Name).ToList();
        using var journal = JournalReader.Open(stateFolder);
        var waiting = journal?.Waiting() ?? [];
        return new NoticeReading(journal?.OpenIncidents() ?? [], DeliveryHealth.Of(waiting, channels, clock.GetUtcNow()), channels.ToDictionary(channel => channel, channel => waiting.Count(delivery => delivery.Channel == channel)));
    }
}
