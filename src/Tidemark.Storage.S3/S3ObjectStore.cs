using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Tidemark.Storage.S3;

/// <summary>A bucket of Amazon S3, or of a server that speaks its protocol. Parts of uploads and pages of listings are tried again in here; all else by <see cref="RetryingObjectStore"/>.</summary>
internal sealed class S3ObjectStore : IObjectStore
{
    private readonly S3Options options;
    private readonly AmazonS3Client client;
    private readonly S3Writing writing;
    private readonly Retry retry;

    public S3ObjectStore(S3Options options, TimeProvider clock)
    {
        this.options = options;
        client = S3Clients.Open(options);
        writing = new S3Writing(options, clock);
        retry = new Retry(clock);
    }

    public string Address => options.ToString();

    public StoreTraits Traits { get; } = new(ConditionalPut: true, ConditionalMove: false, ObjectLock: true);

    public async Task<StoredObject?> FindAsync(string key, CancellationToken token) => await AskAsync(key, S3Request.Silence, (stop, _) => HeadAsync(KeyOf(key), stop), token) is { } found
        ? new StoredObject(key, found.ContentLength, new DateTimeOffset(found.LastModified!.Value.ToUniversalTime(), TimeSpan.Zero)) : null;

    public async IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, [EnumeratorCancellation] CancellationToken token)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = options.Prefix + which.Prefix };
        var more = true;
        while (more)
        {
            var page = await retry.RunAsync(_ => AskAsync(which.Prefix, S3Request.Silence, (stop, _) => client.ListObjectsV2Async(request, stop), token), token);
            var key = "";
            foreach (var found in page.S3Objects ?? [])
            {
                key = found.Key[options.Prefix.Length..];
                if (which.Holds(key)) yield return new StoredObject(key, found.Size ?? 0, new DateTimeOffset(found.LastModified!.Value.ToUniversalTime(), TimeSpan.Zero));
            }
            (more, request.ContinuationToken) = (page.IsTruncated == true, page.NextContinuationToken);
            // Over what is not wanted, once: '~' comes after all that we name things with.
            if (more && request.StartAfter is null && which.Except is { } except && key.StartsWith(except, StringComparison.Ordinal))
                (request.ContinuationToken, request.StartAfter) = (null, $"{options.Prefix}{except}~");
        }
    }

    public async Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token)
    {
        if (length == 0) return Stream.Null;
        var request = new GetObjectRequest { BucketName = options.Bucket, Key = KeyOf(key) };
        if (offset > 0 || length is not null) request.ByteRange = length is { } wanted ? new ByteRange(offset, offset + wanted - 1) : new ByteRange($"bytes={offset}-");
        return await AskAsync(key, S3Request.Silence, async (stop, _) =>
        {
            try
            {
                return new ReceivedBody((await client.GetObjectAsync(request, stop)).ResponseStream, Address, key);
            }
            catch (AmazonS3Exception behind) when (behind.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                return Stream.Null;
            }
            catch (AmazonS3Exception missing) when (missing.ErrorCode == "NoSuchKey")
            {
                throw StoreFault.NoSuchObject(this, key, missing);
            }
        }, token);
    }

    public Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token) => PutAsync(key, bytes, mode, S3Writing.NewMark(), token);

    /// <param name="key">Relative.</param>
    /// <param name="bytes">All of them.</param>
    /// <param name="mode">What if the key is taken.</param>
    /// <param name="mark">The same at each try: an object that bears it is this one.</param>
    /// <param name="token">The caller's.</param>
    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, string mark, CancellationToken token)
    {
        var (fullKey, copy) = (KeyOf(key), bytes.ToArray());
        return await AskAsync(key, S3Request.SilenceAfterBody, async (stop, alive) =>
        {
            using var body = new SentBody(copy, copy.Length, alive);
            var request = writing.Put(fullKey, body, mark);
            request.MD5Digest = writing.Digest(copy);
            if (mode == PutMode.IfAbsent) request.IfNoneMatch = "*";
            try
            {
                await client.PutObjectAsync(request, stop);
                return true;
            }
            catch (AmazonS3Exception taken) when (S3Fault.IsTaken(taken) && mode == PutMode.IfAbsent)
            {
                return await IsThereAsync(fullKey, mark, stop);
            }
        }, token);
    }

    public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => Task.FromResult<IObjectUpload>(new S3Upload(this, client, options, writing, retry, key, KeyOf(key)));

    /// <remarks>Under a lock the old name goes and its bytes stay, hidden, as long as the lock.</remarks>
    public async Task<bool> MoveAsync(string from, string to, CancellationToken token)
    {
        if (await FindAsync(from, token) is not { } found) throw StoreFault.NoSuchObject(this, from);
        if (await FindAsync(to, token) is not null) return false;
        await AskAsync(to, S3Request.LongSilence, async (stop, alive) =>
        {
            await S3Copy.RunAsync(client, writing, KeyOf(from), KeyOf(to), found.Size, alive, stop);
            return true;
        }, token);
        // Gone already: it was to go.
        await DeleteAsync(from, token);
        return true;
    }

    /// <remarks>
    /// A bucket with versions, which locks need, hides the object and keeps its bytes until a rule of the bucket removes what is hidden and locked no longer.
    /// Removing the version itself would bring an older one of the same key back to light, a note that was replaced.
    /// </remarks>
    public Task<bool> DeleteAsync(string key, CancellationToken token) => AskAsync(key, S3Request.Silence, async (stop, _) =>
    {
        // S3 answers the same whether there was one or not.
        if (await HeadAsync(KeyOf(key), stop) is null) return false;
        await client.DeleteObjectAsync(options.Bucket, KeyOf(key), stop);
        return true;
    }, token);

    public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => AskAsync("unfinished uploads", S3Request.Silence, async (stop, alive) =>
    {
        var swept = 0;
        await foreach (var upload in client.Paginators.ListMultipartUploads(new ListMultipartUploadsRequest { BucketName = options.Bucket, Prefix = options.Prefix + prefix }).Uploads.WithCancellation(stop))
        {
            alive();
            if (upload.Initiated is not { } begun || begun.ToUniversalTime() >= begunBefore.UtcDateTime) continue;
            try
            {
                await client.AbortMultipartUploadAsync(options.Bucket, upload.Key, upload.UploadId, stop);
                swept++;
            }
            catch (AmazonS3Exception gone) when (S3Fault.IsGone(gone))
            {
                // Another machine swept it, or its writer completed it.
            }
        }
        return swept;
    }, token);

    /// <summary>Whether the object of this key is the one that was written with this mark.</summary>
    public async Task<bool> IsThereAsync(string fullKey, string mark, CancellationToken token) => await HeadAsync(fullKey, token) is { } there && S3Writing.Bears(there, mark);

    public Task<T> AskAsync<T>(string key, TimeSpan silence, Func<CancellationToken, Action, Task<T>> ask, CancellationToken token) => S3Request.RunAsync(Address, key, silence, ask, token);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<GetObjectMetadataResponse?> HeadAsync(string fullKey, CancellationToken token)
    {
        try
        {
            return await client.GetObjectMetadataAsync(options.Bucket, fullKey, token);
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound && missing.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
        catch (AmazonS3Exception wordless) when (wordless.StatusCode == HttpStatusCode.Forbidden)
        {
            return await MayReadAsync(fullKey, token) ? await client.GetObjectMetadataAsync(options.Bucket, fullKey, token) : null;
        }
    }

    /// <summary>A refusal of HEAD has no body that tells why. That of GET has: the SDK then allows for a clock that is wrong, and people are told what else it is.</summary>
    private async Task<bool> MayReadAsync(string fullKey, CancellationToken token)
    {
        try
        {
            (await client.GetObjectAsync(new GetObjectRequest { BucketName = options.Bucket, Key = fullKey, ByteRange = new ByteRange(0, 0) }, token)).Dispose();
            return true;
        }
        catch (AmazonS3Exception missing) when (missing.ErrorCode == "NoSuchKey")
        {
            return false;
        }
        catch (AmazonS3Exception empty) when (empty.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return true;
        }
    }

    private string KeyOf(string key) => options.Prefix + StoreFault.Checked(this, key);
}
