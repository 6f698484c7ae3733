using Amazon.S3;
using Amazon.S3.Model;

namespace Tidemark.Storage.S3;

/// <summary>A multipart upload with several parts on their way at once. What fits into one part is put at once, when it is complete.</summary>
internal sealed class S3Upload(S3ObjectStore store, AmazonS3Client client, S3Options options, S3Writing writing, Retry retry, string key, string fullKey) : IObjectUpload
{
    private readonly List<Task<PartETag>> parts = [];
    private readonly List<Task> underway = [];
    private readonly CancellationTokenSource stop = new();
    private readonly string mark = S3Writing.NewMark();
    private readonly PartBuffers buffers = new();
    private byte[] buffer = new byte[PartSizes.First];
    private int filled;
    private string? uploadId;
    private bool ended;

    private int PartSize => PartSizes.After(parts.Count);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        while (bytes.Length > 0)
        {
            if (filled == PartSize) await SendAsync(token);
            var taken = Math.Min(bytes.Length, PartSize - filled);
            bytes[..taken].CopyTo(buffer.AsMemory(filled));
            filled += taken;
            bytes = bytes[taken..];
        }
    }

    public async Task<bool> CompleteAsync(PutMode mode, CancellationToken token)
    {
        if (uploadId is null) return await retry.RunAsync(_ => store.PutAsync(key, buffer.AsMemory(0, filled), mode, mark, token), token);
        await SendAsync(token);
        var request = new CompleteMultipartUploadRequest { BucketName = options.Bucket, Key = fullKey, UploadId = uploadId, PartETags = [.. await Task.WhenAll(parts).WaitAsync(token)] };
        if (mode == PutMode.IfAbsent) request.IfNoneMatch = "*";
        var done = await retry.RunAsync(_ => store.AskAsync(key, S3Request.LongSilence, (asked, _) => CompleteAsync(request, mode, asked), token), token);
        ended |= done;
        return done;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(parts).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (!ended && uploadId is not null) await S3Abandoning.RunAsync(client, options.Bucket, fullKey, uploadId);
        stop.Dispose();
    }

    /// <summary>A second try may find that the first one was done: the upload is gone, or the key is taken, by this very object.</summary>
    private async Task<bool> CompleteAsync(CompleteMultipartUploadRequest request, PutMode mode, CancellationToken token)
    {
        try
        {
            var answer = await client.CompleteMultipartUploadAsync(request, token);
            // The SDK takes an empty answer for a good one.
            return answer.ETag is { Length: > 0 } || await store.IsThereAsync(fullKey, mark, token) ? true : throw new IOException("the answer to a completed upload is empty, and there is no such object");
        }
        catch (AmazonS3Exception taken) when (S3Fault.IsTaken(taken) && mode == PutMode.IfAbsent)
        {
            return await store.IsThereAsync(fullKey, mark, token);
        }
        catch (AmazonS3Exception gone) when (S3Fault.IsGone(gone))
        {
            if (await store.IsThereAsync(fullKey, mark, token)) return true;
            throw;
        }
    }

    /// <summary>The full buffer goes on its way, and another takes its place.</summary>
    private async Task SendAsync(CancellationToken token)
    {
        uploadId ??= await retry.RunAsync(_ => store.AskAsync(key, S3Request.Silence, async (asked, _) => (await client.InitiateMultipartUploadAsync(writing.Initiate(fullKey, mark), asked)).UploadId, token), token);
        if (parts.Count == PartSizes.MostParts) throw new Fault(FaultCode.Store, "the backup is too large for an object of this store") { Where = $"{key} in {store.Address}", Why = $"{PartSizes.MostParts} parts are full", Next = "use a folder, or back up fewer databases at once" };
        var number = parts.Count + 1;
        parts.Add(SendPartAsync(buffer, filled, number));
        underway.Add(parts[^1]);
        // A part that failed makes the rest pointless: its fault is thrown here, long before the end.
        for (var most = PartSizes.InFlight(PartSize); underway.Count > most || underway.Exists(part => part.IsCompleted);)
        {
            var ready = await Task.WhenAny(underway).WaitAsync(token);
            underway.Remove(ready);
            await ready;
        }
        buffer = buffers.Take(PartSize);
        filled = 0;
    }

    private async Task<PartETag> SendPartAsync(byte[] bytes, int length, int number)
    {
        try
        {
            var digest = writing.Digest(bytes.AsSpan(0, length));
            return await retry.RunAsync(_ => store.AskAsync(key, S3Request.SilenceAfterBody, async (asked, alive) =>
            {
                using var body = new SentBody(bytes, length, alive);
                var answer = await client.UploadPartAsync(new UploadPartRequest { BucketName = options.Bucket, Key = fullKey, UploadId = uploadId, PartNumber = number, InputStream = body, PartSize = length, UseChunkEncoding = false, MD5Digest = digest }, asked);
                return new PartETag(number, answer.ETag);
            }, stop.Token), stop.Token);
        }
        finally
        {
            buffers.Give(bytes);
        }
    }
}
