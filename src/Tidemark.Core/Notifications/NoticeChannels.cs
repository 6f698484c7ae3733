using Tidemark.Configuration;

namespace Tidemark.Notifications;

/// <summary>The ways to people that the configuration names.</summary>
internal static class NoticeChannels
{
    private static readonly TimeSpan MailPatience = TimeSpan.FromSeconds(15);

    public static IReadOnlyList<INoticeChannel> Of(NoticeOptions options, TimeProvider clock)
    {
        var channels = new List<INoticeChannel>();
        if (options.SlackWebhook is { } slack) channels.Add(new SlackWebhookChannel(slack, WebPost.Usual));
        if (options.SlackToken is { } token) channels.Add(new SlackBotChannel(token, options.SlackChannel, options.SlackApi, WebPost.Usual));
        if (options.Webhook is { } webhook) channels.Add(new WebhookChannel(webhook, options.WebhookSecret, WebPost.Usual, clock));
        if (options is { EmailTo.Count: > 0, EmailFrom: { } from, Smtp: { } smtp }) channels.Add(new EmailChannel(smtp, options.EmailTo, from, MailPatience));
        return channels;
    }
}
