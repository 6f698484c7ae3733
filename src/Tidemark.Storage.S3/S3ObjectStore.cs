using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Tidemark.Storage.S3;

/// <summary>A bucket of Amazon S3, or of a server that speaks its protocol. Transient failures are tried again by the SDK, with pauses that grow.</summary>
internal sealed class S3ObjectStore : IObjectStore
{
    private readonly S3Options options;
    private readonly AmazonS3Client client;

    public S3ObjectStore(S3Options options)
    {
        this.options = options;
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            AuthenticationRegion = options.Region,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = 6,
            Timeout = TimeSpan.FromMinutes(5),
            // Newer checksums are refused by older compatibles; the body's SHA-256 is signed all the same.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is null) config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        else config.ServiceURL = options.Endpoint.ToString();
        client = options switch
        {
            { AccessKey: { } access, SecretKey: { } secret, SessionToken: { } session } => new AmazonS3Client(new SessionAWSCredentials(access, secret, session), config),
            { AccessKey: { } access, SecretKey: { } secret } => new AmazonS3Client(new BasicAWSCredentials(access, secret), config),
            _ => new AmazonS3Client(config),
        };
    }

    public string Address => $"s3://{options.Bucket}/{options.Prefix}".TrimEnd('/');

    public StoreTraits Traits { get; } = new(ConditionalPut: true, ConditionalMove: false, ObjectLock: true);

    public async Task<StoredObject?> FindAsync(string key, CancellationToken token)
    {
        try
        {
            var found = await client.GetObjectMetadataAsync(options.Bucket, KeyOf(key), token);
            return new StoredObject(key, found.ContentLength, new DateTimeOffset(found.LastModified!.Value.ToUniversalTime(), TimeSpan.Zero));
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound && missing.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
        catch (Exception failed) when (S3Fault.Knows(failed))
        {
            throw S3Fault.Of(failed, Address, key);
        }
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, Action<UnseenObjects> unseen, [EnumeratorCancellation] CancellationToken token)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = options.Prefix + prefix };
        do
        {
            ListObjectsV2Response page;
            try
            {
                page = await client.ListObjectsV2Async(request, token);
            }
            catch (Exception failed) when (S3Fault.Knows(failed))
            {
                throw S3Fault.Of(failed, Address, prefix);
            }
            foreach (var found in page.S3Objects ?? [])
                yield return new StoredObject(found.Key[options.Prefix.Length..], found.Size ?? 0, new DateTimeOffset(found.LastModified!.Value.ToUniversalTime(), TimeSpan.Zero));
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public async Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token)
    {
        if (length == 0) return Stream.Null;
        var request = new GetObjectRequest { BucketName = options.Bucket, Key = KeyOf(key) };
        if (offset > 0 || length is not null) request.ByteRange = length is { } wanted ? new ByteRange(offset, offset + wanted - 1) : new ByteRange($"bytes={offset}-");
        try
        {
            return (await client.GetObjectAsync(request, token)).ResponseStream;
        }
        catch (AmazonS3Exception behind) when (behind.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return Stream.Null;
        }
        catch (AmazonS3Exception missing) when (missing.ErrorCode == "NoSuchKey")
        {
            throw StoreFault.NoSuchObject(this, key, missing);
        }
        catch (Exception failed) when (S3Fault.Knows(failed))
        {
            throw S3Fault.Of(failed, Address, key);
        }
    }

    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
    {
        using var body = new MemoryStream(bytes.ToArray(), writable: false);
        var request = new PutObjectRequest { BucketName = options.Bucket, Key = KeyOf(key), InputStream = body, UseChunkEncoding = false, StorageClass = options.StorageClass, ServerSideEncryptionMethod = options.ServerSideEncryption };
        if (mode == PutMode.IfAbsent) request.IfNoneMatch = "*";
        try
        {
            await client.PutObjectAsync(request, token);
            return true;
        }
        catch (AmazonS3Exception taken) when (S3Fault.IsTaken(taken) && mode == PutMode.IfAbsent)
        {
            return false;
        }
        catch (Exception failed) when (S3Fault.Knows(failed))
        {
            throw S3Fault.Of(failed, Address, key);
        }
    }

    public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => Task.FromResult<IObjectUpload>(new S3Upload(this, client, options, key, KeyOf(key)));

    public async Task<bool> MoveAsync(string from, string to, CancellationToken token)
    {
        if (await FindAsync(from, token) is not { } found) throw StoreFault.NoSuchObject(this, from);
        if (await FindAsync(to, token) is not null) return false;
        try
        {
            await S3Copy.RunAsync(client, options, KeyOf(from), KeyOf(to), found.Size, token);
        }
        catch (Exception failed) when (S3Fault.Knows(failed))
        {
            throw S3Fault.Of(failed, Address, to);
        }
        return await DeleteAsync(from, token);
    }

    public async Task<bool> DeleteAsync(string key, CancellationToken token)
    {
        // S3 answers the same whether there was one or not.
        if (await FindAsync(key, token) is null) return false;
        try
        {
            await client.DeleteObjectAsync(options.Bucket, KeyOf(key), token);
            return true;
        }
        catch (Exception failed) when (S3Fault.Knows(failed))
        {
            throw S3Fault.Of(failed, Address, key);
        }
    }

    public async Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token)
    {
        try
        {
            var swept = 0;
            await foreach (var upload in client.Paginators.ListMultipartUploads(new ListMultipartUploadsRequest { BucketName = options.Bucket, Prefix = options.Prefix + prefix }).Uploads.WithCancellation(token))
            {
                if (upload.Initiated is not { } begun || begun.ToUniversalTime() >= begunBefore.UtcDateTime) continue;
                await client.AbortMultipartUploadAsync(options.Bucket, upload.Key, upload.UploadId, token);
                swept++;
            }
            return swept;
        }
        catch (Exception failed) when (S3Fault.Knows(failed))
        {
            throw S3Fault.Of(failed, Address, "unfinished uploads");
        }
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private string KeyOf(string key) => options.Prefix + StoreFault.Checked(this, key);
}
