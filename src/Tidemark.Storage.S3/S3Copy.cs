using Amazon.S3;
using Amazon.S3.Model;

namespace Tidemark.Storage.S3;

/// <summary>A copy within a bucket, made by the store itself.</summary>
internal static class S3Copy
{
    /// <summary>5 GiB, the most that is copied at once: docs.aws.amazon.com, CopyObject. A part may have as many bytes.</summary>
    private const long AtOnce = 5L << 30;

    private const long PartSize = 1L << 30;

    public static async Task RunAsync(AmazonS3Client client, S3Options options, string from, string to, long size, CancellationToken token)
    {
        if (size <= AtOnce) await client.CopyObjectAsync(new CopyObjectRequest { SourceBucket = options.Bucket, SourceKey = from, DestinationBucket = options.Bucket, DestinationKey = to, StorageClass = options.StorageClass, ServerSideEncryptionMethod = options.ServerSideEncryption }, token);
        else await InPartsAsync(client, options, from, to, size, token);
    }

    private static async Task InPartsAsync(AmazonS3Client client, S3Options options, string from, string to, long size, CancellationToken token)
    {
        var id = (await client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = to, StorageClass = options.StorageClass, ServerSideEncryptionMethod = options.ServerSideEncryption }, token)).UploadId;
        try
        {
            var parts = new List<PartETag>();
            for (long at = 0; at < size; at += PartSize)
            {
                var part = await client.CopyPartAsync(new CopyPartRequest { SourceBucket = options.Bucket, SourceKey = from, DestinationBucket = options.Bucket, DestinationKey = to, UploadId = id, PartNumber = parts.Count + 1, FirstByte = at, LastByte = Math.Min(at + PartSize, size) - 1 }, token);
                parts.Add(new PartETag(parts.Count + 1, part.ETag));
            }
            await client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = options.Bucket, Key = to, UploadId = id, PartETags = parts }, token);
        }
        catch
        {
            await client.AbortMultipartUploadAsync(options.Bucket, to, id, CancellationToken.None);
            throw;
        }
    }
}
