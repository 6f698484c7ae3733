using System.Buffers;
using Azure.Storage.Blobs.Specialized;

namespace Tidemark.Storage.Azure;

/// <summary>A block list with several blocks on their way at once. What fits into one block is put at once, when it is complete.</summary>
/// <remarks>Blocks of an upload that was given up cannot be seen as an object, and Azure removes them by itself.</remarks>
internal sealed class AzureUpload(AzureOptions options, BlockBlobClient blob, string key) : IObjectUpload
{
    private const int InFlight = 4;

    private readonly AzureWrite write = new(blob);
    private readonly List<Task> blocks = [];
    private readonly SemaphoreSlim lanes = new(InFlight);
    private readonly CancellationTokenSource stop = new();
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(AzureBlocks.SizeOf(0));
    private int filled;
    private volatile Fault? broken;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        while (bytes.Length > 0)
        {
            var size = AzureBlocks.SizeOf(blocks.Count);
            if (filled == size)
            {
                await SendAsync(token);
                continue;
            }
            var taken = Math.Min(bytes.Length, size - filled);
            bytes[..taken].CopyTo(buffer.AsMemory(filled));
            filled += taken;
            bytes = bytes[taken..];
        }
    }

    public async Task<bool> CompleteAsync(PutMode mode, CancellationToken token)
    {
        try
        {
            if (blocks.Count == 0) return await write.PutAsync(buffer.AsMemory(0, filled), mode, token);
            await SendAsync(token);
            await Task.WhenAll(blocks).WaitAsync(token);
            return await write.CommitAsync([.. Enumerable.Range(0, blocks.Count).Select(write.BlockName)], mode, token);
        }
        catch (Exception failed) when (AzureFault.Knows(failed, token))
        {
            throw AzureFault.Of(failed, options, key);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(blocks).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        ArrayPool<byte>.Shared.Return(buffer);
        lanes.Dispose();
        stop.Dispose();
    }

    /// <summary>The full buffer goes on its way, and another takes its place.</summary>
    private async Task SendAsync(CancellationToken token)
    {
        await lanes.WaitAsync(token);
        // A block that failed makes the rest pointless: its fault is thrown here, long before the end.
        if (broken is { } failed) throw failed;
        blocks.Add(SendBlockAsync(buffer, filled, blocks.Count));
        buffer = ArrayPool<byte>.Shared.Rent(AzureBlocks.SizeOf(blocks.Count));
        filled = 0;
    }

    private async Task SendBlockAsync(byte[] bytes, int length, int number)
    {
        try
        {
            using var body = new MemoryStream(bytes, 0, length, writable: false);
            await blob.StageBlockAsync(write.BlockName(number), body, cancellationToken: stop.Token);
        }
        catch (Exception failed) when (AzureFault.Knows(failed, stop.Token))
        {
            throw broken = AzureFault.Of(failed, options, key);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            lanes.Release();
        }
    }
}
