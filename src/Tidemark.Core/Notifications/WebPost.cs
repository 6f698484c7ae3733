using System.Net;
using System.Net.Sockets;

namespace Tidemark.Notifications;

/// <summary>Requests with a secret in their address or their headers: no redirect is followed, and nothing of the address is ever said.</summary>
internal sealed class WebPost(TimeSpan patience)
{
    private const int LongestAnswer = 64 * 1024;

    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Seconds for one try.</summary>
    public static readonly WebPost Usual = new(TimeSpan.FromSeconds(10));

    /// <param name="request">What to send.</param>
    /// <param name="judge">Of an answer in the range 200 to 299, by its text: null, or why it is none; null: each is one.</param>
    /// <param name="token">Cancels.</param>
    public async Task<ChannelAnswer> SendAsync(HttpRequestMessage request, Func<string, string?>? judge, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(patience);
        try
        {
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var status = (int)response.StatusCode;
            if (status is >= 300 and < 400) return ChannelAnswer.Refused($"it answered {status}, a redirect: those are not followed");
            if (status is < 200 or >= 300) return ChannelAnswer.Refused($"it answered {status} {(HttpStatusCode)status}") with { RetryAfter = RetryAfterOf(response) };
            return judge?.Invoke(await TextOfAsync(response, limit.Token)) is { } refusal ? ChannelAnswer.Refused(refusal) : new ChannelAnswer(true, $"it answered {status}");
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return ChannelAnswer.Refused($"no answer within {Ages.InWords(patience)}");
        }
        catch (HttpRequestException failed)
        {
            return ChannelAnswer.Refused(InWords(failed));
        }
        catch (IOException)
        {
            return ChannelAnswer.Refused("the connection broke");
        }
    }

    /// <remarks>Messages of .NET name host and port, and may name more.</remarks>
    private static string InWords(HttpRequestException failed) => failed switch
    {
        { InnerException: SocketException socket } => $"it cannot be reached: {new SocketException((int)socket.SocketErrorCode).Message}",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "its name leads to no address",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "no secure connection could be made: its certificate is not trusted, or it speaks no TLS",
        { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy did not let it through",
        _ => "the connection broke",
    };

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;

    private static async Task<string> TextOfAsync(HttpResponseMessage response, CancellationToken token)
    {
        await using var body = await response.Content.ReadAsStreamAsync(token);
        var buffer = new byte[LongestAnswer];
        return System.Text.Encoding.UTF8.GetString(buffer, 0, await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, token));
    }
}
