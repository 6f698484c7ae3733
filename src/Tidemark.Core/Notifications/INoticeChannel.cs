namespace Tidemark.Notifications;

/// <summary>A way to people.</summary>
internal interface INoticeChannel
{
    /// <summary>slack-webhook, slack-bot, webhook or email. Stands in the journal.</summary>
    string Name { get; }

    /// <summary>One try. Says how it went; throws only when cancelled.</summary>
    Task<ChannelAnswer> SendAsync(NoticeEnvelope envelope, CancellationToken token);
}

/// <summary>How a try to send ended.</summary>
/// <param name="Taken">The other side has it.</param>
/// <param name="Words">What it said, without secrets.</param>
internal sealed record ChannelAnswer(bool Taken, string Words)
{
    /// <summary>When it wants to be asked again; null: it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static ChannelAnswer Refused(string words) => new(false, words);
}
