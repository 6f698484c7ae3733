namespace Tidemark.Notifications;

/// <summary>What Slack gets.</summary>
/// <param name="Channel">Null for an incoming webhook, which has its own.</param>
/// <param name="Text">In Slack's markup.</param>
internal sealed record SlackText(string? Channel, string Text)
{
    /// <summary>Slack asks for at most 4,000 characters in a text, and escapes count.</summary>
    private const int Longest = 3_900;

    public static SlackText Of(NoticeMessage message, string? channel)
    {
        var text = $"*{Escaped(NoticeText.Subject(message))}*\n{Escaped(NoticeText.Body(message))}";
        return new SlackText(channel, text.Length <= Longest ? text : text[..Longest]);
    }

    /// <summary>The three that Slack's markup gives a meaning to: else a name could call a whole channel.</summary>
    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}

/// <summary>What the web API of Slack answers, with status 200 for refusals too.</summary>
internal sealed record SlackAnswer(bool Ok, string? Error);
