namespace Tidemark.Storage.S3;

/// <summary>A bucket, and how it is reached.</summary>
internal sealed record S3Options
{
    public required string Bucket { get; init; }

    /// <summary>Put before every key; empty, or ending in '/'.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Of a compatible server; null: Amazon's own for the region.</summary>
    public Uri? Endpoint { get; init; }

    public string Region { get; init; } = "us-east-1";

    /// <summary>Null, with <see cref="SecretKey"/>: as the AWS SDK finds them (profile, role of the machine).</summary>
    public string? AccessKey { get; init; }

    public string? SecretKey { get; init; }

    public string? SessionToken { get; init; }

    /// <summary>http://server/bucket instead of http://bucket.server; compatibles on a plain address need it.</summary>
    public bool PathStyle { get; init; }

    /// <summary>Such as STANDARD_IA; null: the bucket's own.</summary>
    public string? StorageClass { get; init; }

    /// <summary>AES256 or aws:kms; null: as the bucket does by itself.</summary>
    public string? ServerSideEncryption { get; init; }

    /// <summary>Put on every object that is written, also under a new name; null: none.</summary>
    public ObjectLock? Lock { get; init; }

    /// <summary>A record would print its secrets.</summary>
    public override string ToString() => $"s3://{Bucket}/{Prefix}".TrimEnd('/');
}
