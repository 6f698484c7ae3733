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
        using var request = Request(address, secret, JsonSerializer.SerializeToUtf8Bytes(envelope, NoticeJson.Default.NoticeEnvelope), envelope.Id, clock);
        return await post.SendAsync(request, null, token);
    }

    /// <param name="address">Where.</param>
    /// <param name="secret">Signs it; null: nothing does.</param>
    /// <param name="body">JSON.</param>
    /// <param name="id">The same at every try.</param>
    /// <param name="clock">The time that is signed with it.</param>
    public static HttpRequestMessage Request(SecretSource address, SecretSource? secret, byte[] body, string id, TimeProvider clock)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, SecretAddress.Of(address)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", id);
        if (secret is not null)
        {
            var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.Add("Tidemark-Timestamp", timestamp);
            request.Headers.Add("Tidemark-Signature", $"v1={Sign(Encoding.UTF8.GetBytes(secret.Read()), timestamp, body)}");
        }
        return request;
    }

    private static string Sign(byte[] key, string timestamp, byte[] body) => Convert.ToHexStringLower(HMACSHA256.HashData(key, (byte[])[.. Encoding.ASCII.GetBytes($"{timestamp}."), .. body]));
}
