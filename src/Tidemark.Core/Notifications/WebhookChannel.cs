using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tidemark.Configuration;

namespace Tidemark.Notifications;

/// <summary>A receiver of the user's: the message as JSON, signed.</summary>
/// <remarks>The signature is HMAC-SHA256, in lower-case hex, of the timestamp (seconds since 1970), a dot and the body: who keeps a copy cannot pass it off later as new.</remarks>
internal sealed class WebhookChannel(SecretSource address, SecretSource? secret, WebPost post, TimeProvider clock) : INoticeChannel
{
    public string Name => "webhook";

    public async Task<ChannelAnswer> SendAsync(NoticeEnvelope envelope, CancellationToken token)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(envelope, NoticeJson.Default.NoticeEnvelope);
        using var request = new HttpRequestMessage(HttpMethod.Post, SecretAddress.Of(address)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", envelope.Id);
        if (secret is not null)
        {
            var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.Add("Tidemark-Timestamp", timestamp);
            request.Headers.Add("Tidemark-Signature", $"v1={Sign(Encoding.UTF8.GetBytes(secret.Read()), timestamp, body)}");
        }
        return await post.SendAsync(request, null, token);
    }

    private static string Sign(byte[] key, string timestamp, byte[] body) => Convert.ToHexStringLower(HMACSHA256.HashData(key, (byte[])[.. Encoding.ASCII.GetBytes($"{timestamp}."), .. body]));
}
