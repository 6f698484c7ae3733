using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Amazon.S3.Model;

namespace Tidemark.Storage.S3;

/// <summary>What every written object gets: class, encryption, lock, and a mark by which its writer knows it again when an answer was lost.</summary>
internal sealed class S3Writing(S3Options options, TimeProvider clock)
{
    private const string Mark = "tidemark-write";

    public static string NewMark() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    public static bool Bears(GetObjectMetadataResponse found, string mark) => found.Metadata[Mark] == mark;

    /// <summary>Null without a lock. With one, stores want it beside every body.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "the protocol asks for MD5; the signature covers the body's SHA-256")]
    public string? Digest(ReadOnlySpan<byte> body) => options.Lock is null ? null : Convert.ToBase64String(MD5.HashData(body));

    public PutObjectRequest Put(string key, Stream body, string mark)
    {
        var request = new PutObjectRequest { BucketName = options.Bucket, Key = key, InputStream = body, UseChunkEncoding = false, StorageClass = options.StorageClass, ServerSideEncryptionMethod = options.ServerSideEncryption };
        request.Metadata.Add(Mark, mark);
        if (LockOf(key) is { } held) (request.ObjectLockMode, request.ObjectLockRetainUntilDate) = (ModeOf(held), EndOf(held));
        return request;
    }

    public InitiateMultipartUploadRequest Initiate(string key, string mark)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = key, StorageClass = options.StorageClass, ServerSideEncryptionMethod = options.ServerSideEncryption };
        request.Metadata.Add(Mark, mark);
        if (LockOf(key) is { } held) (request.ObjectLockMode, request.ObjectLockRetainUntilDate) = (ModeOf(held), EndOf(held));
        return request;
    }

    public CopyObjectRequest Copy(string from, string to)
    {
        var request = new CopyObjectRequest { SourceBucket = options.Bucket, SourceKey = from, DestinationBucket = options.Bucket, DestinationKey = to, StorageClass = options.StorageClass, ServerSideEncryptionMethod = options.ServerSideEncryption };
        if (LockOf(to) is { } held) (request.ObjectLockMode, request.ObjectLockRetainUntilDate) = (ModeOf(held), EndOf(held));
        return request;
    }

    /// <summary>What may be lost is written anew again and again, and goes: a lock would keep all of it.</summary>
    private ObjectLock? LockOf(string key) => VolatileKeys.Holds(key) ? null : options.Lock;

    private static Amazon.S3.ObjectLockMode ModeOf(ObjectLock held) => held.Mode == ObjectLockMode.Compliance ? Amazon.S3.ObjectLockMode.Compliance : Amazon.S3.ObjectLockMode.Governance;

    private DateTime EndOf(ObjectLock held) => (clock.GetUtcNow() + held.For.Span).UtcDateTime;
}
