using Tidemark.Journal;

namespace Tidemark.Notifications;

/// <summary>Which channels take no notices, for how long and why; pure.</summary>
internal static class DeliveryHealth
{
    /// <summary>What is tried again within it is an outage of a moment.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(15);

    /// <param name="waiting">What no channel has taken yet.</param>
    /// <param name="channels">Those that are configured: what waits for another one waits for nothing.</param>
    /// <param name="now">The moment.</param>
    public static IReadOnlyList<FailingChannel> Of(IReadOnlyList<DeliveryRow> waiting, IEnumerable<string> channels, DateTimeOffset now) =>
    [
        .. from channel in channels
           let theirs = waiting.Where(delivery => delivery.Channel == channel).ToList()
           let tried = theirs.Where(delivery => delivery.Tries > 0).ToList()
           where tried.Count > 0
           let since = tried.Min(delivery => delivery.MadeAt)
           where now - since >= Long
           select new FailingChannel(channel, since, theirs.Count, tried.Select(delivery => delivery.Error).OfType<string>().LastOrDefault() ?? "no try has ended"),
    ];

    public static Condition ToCondition(FailingChannel failing) => new()
    {
        Database = "",
        Cause = Cause.DeliveryFailing,
        Place = failing.Channel,
        Severity = Severity.Warning,
        Text = failing.InWords,
        Since = failing.Since,
        Next = "tidemark notify test",
    };
}

/// <summary>A channel that has failed for long.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Since">When the oldest notice that it has not taken was made.</param>
/// <param name="Waiting">How many wait for it.</param>
/// <param name="Error">Of the last try.</param>
internal sealed record FailingChannel(string Channel, DateTimeOffset Since, int Waiting, string Error)
{
    public string InWords => $"{Channel} has taken no notice since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z ({Waiting} waiting): {Error}";
}
