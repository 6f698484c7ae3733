using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Tidemark.Configuration;

namespace Tidemark.Notifications;

/// <summary>A bot of Slack, which writes to a channel of our choice.</summary>
internal sealed class SlackBotChannel(SecretSource botToken, string channel, Uri api, WebPost post) : INoticeChannel
{
    public string Name => "slack-bot";

    public async Task<ChannelAnswer> SendAsync(NoticeEnvelope envelope, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(api, "chat.postMessage")) { Content = JsonContent.Create(SlackText.Of(envelope.Message, channel), NoticeJson.Default.SlackText) };
        request.Headers.Add("Idempotency-Key", envelope.Id);
        if (!AuthenticationHeaderValue.TryParse($"Bearer {botToken.Read()}", out var bearer)) return ChannelAnswer.Refused("SLACK_BOT_TOKEN gives what is no token");
        request.Headers.Authorization = bearer;
        return await post.SendAsync(request, RefusalIn, token);
    }

    private string? RefusalIn(string answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, NoticeJson.Default.SlackAnswer) switch
            {
                { Ok: true } => null,
                { Error: "channel_not_found" or "not_in_channel" } refused => $"Slack says {refused.Error}: invite the bot to {channel}",
                // A word of Slack's own; anything else is not repeated.
                { Error: { Length: < 50 } error } when error.All(c => char.IsAsciiLetterLower(c) || c == '_') => $"Slack says {error}",
                _ => "it answered 200, but not that it is ok",
            };
        }
        catch (JsonException)
        {
            return "it answered 200, but not as Slack does";
        }
    }
}
