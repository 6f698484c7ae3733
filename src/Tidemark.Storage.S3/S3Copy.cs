using Amazon.S3;
using Amazon.S3.Model;

namespace Tidemark.Storage.S3;

/// <summary>A copy within a bucket, made by the store itself.</summary>
internal static class S3Copy
{
    /// <summary>5 GiB, the most that is copied at once: docs.aws.amazon.com, CopyObject. A part may have as many bytes.</summary>
    private const long AtOnce = 5L << 30;

    private const long PartSize = 1L << 30;

    /// <param name="client">Of the bucket.</param>
    /// <param name="writing">What the copy gets.</param>
    /// <param name="from">Whole key.</param>
    /// <param name="to">Whole key.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="alive">Called after each part.</param>
    /// <param name="token">Stops it; then there is no copy.</param>
    public static async Task RunAsync(AmazonS3Client client, S3Writing writing, string from, string to, long size, Action alive, CancellationToken token)
    {
        if (size <= AtOnce) await client.CopyObjectAsync(writing.Copy(from, to), token);
        else await InPartsAsync(client, writing.Initiate(to, S3Writing.NewMark()), from, size, alive, token);
    }

    private static async Task InPartsAsync(AmazonS3Client client, InitiateMultipartUploadRequest begin, string from, long size, Action alive, CancellationToken token)
    {
        var (bucket, to) = (begin.BucketName, begin.Key);
        var id = (await client.InitiateMultipartUploadAsync(begin, token)).UploadId;
        try
        {
            var parts = new List<PartETag>();
            for (long at = 0; at < size; at += PartSize)
            {
                var part = await client.CopyPartAsync(new CopyPartRequest { SourceBucket = bucket, SourceKey = from, DestinationBucket = bucket, DestinationKey = to, UploadId = id, PartNumber = parts.Count + 1, FirstByte = at, LastByte = Math.Min(at + PartSize, size) - 1 }, token);
                parts.Add(new PartETag(parts.Count + 1, part.ETag));
                alive();
            }
            await client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = to, UploadId = id, PartETags = parts }, token);
        }
        catch
        {
            await S3Abandoning.RunAsync(client, bucket, to, id);
            throw;
        }
    }
}
