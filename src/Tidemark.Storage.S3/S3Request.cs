namespace Tidemark.Storage.S3;

/// <summary>One request: what goes wrong with it is told as a <see cref="Fault"/>, and one that stays silent goes wrong.</summary>
internal static class S3Request
{
    /// <summary>Without a byte sent or received.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    /// <summary>The same for a request with a body: the last of it leaves us long before it arrives, for the kernel and whatever is between hold megabytes of it, and on a slow link they need half a minute. Shorter than Retry.Patience, so that there is a second try.</summary>
    public static readonly TimeSpan SilenceAfterBody = TimeSpan.FromSeconds(45);

    /// <summary>The same where the server first puts gigabytes together: docs.aws.amazon.com, CompleteMultipartUpload, "several minutes".</summary>
    public static readonly TimeSpan LongSilence = TimeSpan.FromMinutes(5);

    /// <param name="address">Of the store, for the fault.</param>
    /// <param name="key">What it is about, for the fault.</param>
    /// <param name="silence">How long the server may say nothing.</param>
    /// <param name="ask">Makes the request; calls the action whenever a byte has gone.</param>
    /// <param name="token">The caller's.</param>
    public static async Task<T> RunAsync<T>(string address, string key, TimeSpan silence, Func<CancellationToken, Action, Task<T>> ask, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        void Alive() => stop.CancelAfter(silence);
        Alive();
        try
        {
            return await ask(stop.Token, Alive);
        }
        catch (OperationCanceledException cancelled) when (!token.IsCancellationRequested)
        {
            throw S3Fault.Of(new TimeoutException($"no answer within {Ages.InWords(silence)}", cancelled), address, key);
        }
        catch (Exception failed) when (S3Fault.Knows(failed))
        {
            throw S3Fault.Of(failed, address, key);
        }
    }
}
