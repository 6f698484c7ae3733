using Amazon.S3;

namespace Tidemark.Storage.S3;

/// <summary>Tells the store that an upload will not be completed. Whatever becomes of that, it hides no failure and holds nobody up.</summary>
internal static class S3Abandoning
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(AmazonS3Client client, string bucket, string fullKey, string uploadId)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await client.AbortMultipartUploadAsync(bucket, fullKey, uploadId, limit.Token);
        }
        catch (Exception unreachable) when (unreachable is OperationCanceledException || S3Fault.Knows(unreachable))
        {
            // The parts cost room but can never be seen as an object; a later backup sweeps them.
        }
    }
}
