using Azure.Core;
using Azure.Core.Pipeline;

namespace Tidemark.Storage.Azure;

/// <summary>How long a try may take and how often it is repeated: a store that is gone is given up after about a minute, a large block on a slow line is not.</summary>
internal sealed class AzurePatience : HttpPipelineSynchronousPolicy
{
    public const int Retries = 5;

    public static readonly TimeSpan Connect = TimeSpan.FromSeconds(5), FirstPause = TimeSpan.FromSeconds(0.8), LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Bytes a second that each of four blocks on their way gets at least.</summary>
    private const int SlowestLane = 128 * 1024;

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(8), CopyOfABlock = TimeSpan.FromMinutes(3);

    public override void OnSendingRequest(HttpMessage message)
    {
        long bytes = 0;
        message.Request.Content?.TryComputeLength(out bytes);
        message.NetworkTimeout = message.Request.Headers.Contains("x-ms-copy-source") ? CopyOfABlock : OfTry(bytes);
    }

    /// <summary>Until an answer to so many bytes begins; then until each of its pieces has come.</summary>
    public static TimeSpan OfTry(long bytes) => Answer + TimeSpan.FromSeconds((double)bytes / SlowestLane);
}
