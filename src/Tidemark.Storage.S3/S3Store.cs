using Tidemark.Hosting;

namespace Tidemark.Storage.S3;

/// <summary>Lets an application keep its backups in such stores.</summary>
public static class S3Store
{
    /// <summary>Backups may go to buckets of S3 and its compatibles, <c>s3://bucket/prefix</c>.</summary>
    public static TidemarkBuilder UseS3(this TidemarkBuilder tidemark)
    {
        ArgumentNullException.ThrowIfNull(tidemark);
        return tidemark.Use(StoreKind.S3, S3Opener.Open);
    }
}
