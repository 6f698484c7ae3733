using System.Buffers;
using Amazon.S3;
using Amazon.S3.Model;

namespace Tidemark.Storage.S3;

/// <summary>A multipart upload with several parts on their way at once. What fits into one part is put at once, when it is complete.</summary>
internal sealed class S3Upload(S3ObjectStore store, AmazonS3Client client, S3Options options, string key, string fullKey) : IObjectUpload
{
    private const int InFlight = 4, FirstPart = 8 * 1024 * 1024, PartsOfASize = 1_500;

    private readonly List<Task<PartETag>> parts = [];
    private readonly SemaphoreSlim lanes = new(InFlight);
    private readonly CancellationTokenSource stop = new();
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstPart);
    private int filled;
    private string? uploadId;
    private bool ended;

    /// <summary>At most 10,000 parts are allowed, and the size of the whole is not known: parts double after every 1,500, which makes room for 1.2 TB.</summary>
    private int PartSize => FirstPart << Math.Min(parts.Count / PartsOfASize, 6);

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
        if (uploadId is null)
        {
            ended = true;
            return await store.PutAsync(key, buffer.AsMemory(0, filled), mode, token);
        }
        await SendAsync(token);
        try
        {
            var request = new CompleteMultipartUploadRequest { BucketName = options.Bucket, Key = fullKey, UploadId = uploadId, PartETags = [.. await Task.WhenAll(parts)] };
            if (mode == PutMode.IfAbsent) request.IfNoneMatch = "*";
            await client.CompleteMultipartUploadAsync(request, token);
            ended = true;
            return true;
        }
        catch (AmazonS3Exception taken) when (S3Fault.IsTaken(taken) && mode == PutMode.IfAbsent)
        {
            return false;
        }
        catch (Exception failed) when (S3Fault.Knows(failed))
        {
            throw S3Fault.Of(failed, store.Address, key);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(parts).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        ArrayPool<byte>.Shared.Return(buffer);
        if (!ended && uploadId is not null) await GiveUpAsync(uploadId);
        lanes.Dispose();
        stop.Dispose();
    }

    /// <summary>The full buffer goes on its way, and another takes its place.</summary>
    private async Task SendAsync(CancellationToken token)
    {
        uploadId ??= await BeginAsync(token);
        await lanes.WaitAsync(token);
        // A part that failed makes the rest pointless: its fault is thrown here, long before the end.
        if (parts.FirstOrDefault(part => part.IsFaulted) is { } failed) await failed;
        var (bytes, length, number) = (buffer, filled, parts.Count + 1);
        parts.Add(SendPartAsync(bytes, length, number));
        buffer = ArrayPool<byte>.Shared.Rent(PartSize);
        filled = 0;
    }

    private async Task<string> BeginAsync(CancellationToken token)
    {
        try
        {
            var request = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = fullKey, StorageClass = options.StorageClass, ServerSideEncryptionMethod = options.ServerSideEncryption };
            return (await client.InitiateMultipartUploadAsync(request, token)).UploadId;
        }
        catch (Exception failed) when (S3Fault.Knows(failed))
        {
            throw S3Fault.Of(failed, store.Address, key);
        }
    }

    private async Task<PartETag> SendPartAsync(byte[] bytes, int length, int number)
    {
        try
        {
            using var body = new MemoryStream(bytes, 0, length, writable: false);
            var answer = await client.UploadPartAsync(new UploadPartRequest { BucketName = options.Bucket, Key = fullKey, UploadId = uploadId, PartNumber = number, InputStream = body, PartSize = length, UseChunkEncoding = false }, stop.Token);
            return new PartETag(number, answer.ETag);
        }
        catch (Exception failed) when (S3Fault.Knows(failed))
        {
            throw S3Fault.Of(failed, store.Address, key);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            lanes.Release();
        }
    }

    private async Task GiveUpAsync(string id)
    {
        try
        {
            await client.AbortMultipartUploadAsync(options.Bucket, fullKey, id, CancellationToken.None);
        }
        catch (Exception unreachable) when (S3Fault.Knows(unreachable))
        {
            // The parts cost room but can never be seen as an object; the next start sweeps them.
        }
    }
}
