using System.Net.Http.Json;
using Tidemark.Configuration;

namespace Tidemark.Notifications;

/// <summary>An incoming webhook of Slack.</summary>
internal sealed class SlackWebhookChannel(SecretSource address, WebPost post) : INoticeChannel
{
    public string Name => "slack-webhook";

    public async Task<ChannelAnswer> SendAsync(NoticeEnvelope envelope, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, SecretAddress.Of(address)) { Content = JsonContent.Create(SlackText.Of(envelope.Message, null), NoticeJson.Default.SlackText) };
        request.Headers.Add("Idempotency-Key", envelope.Id);
        return await post.SendAsync(request, null, token);
    }
}
