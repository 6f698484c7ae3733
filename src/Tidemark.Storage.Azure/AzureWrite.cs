using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Tidemark.Storage.Azure;

/// <summary>One attempt to make an object, which bears its mark: when an answer is lost the SDK asks again, and finds an object that is ours.</summary>
internal sealed class AzureWrite(BlockBlobClient blob)
{
    private const string Mark = "tidemarkwrite";

    private readonly Guid id = Guid.NewGuid();

    private Dictionary<string, string> Metadata => new() { [Mark] = id.ToString("N") };

    public string BlockName(int number) => AzureBlocks.NameOf(id, number);

    /// <summary>All bytes in one request.</summary>
    public Task<bool> PutAsync(ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token) => AnsweredAsync(mode, async () =>
    {
        using var body = new MemoryStream(bytes.ToArray(), writable: false);
        await blob.UploadAsync(body, new BlobUploadOptions { Metadata = Metadata, Conditions = Conditions(mode) }, token);
    }, token);

    /// <summary>The blocks become the object.</summary>
    public Task<bool> CommitAsync(IReadOnlyList<string> blocks, PutMode mode, CancellationToken token) => AnsweredAsync(mode,
        () => blob.CommitBlockListAsync(blocks, new CommitBlockListOptions { Metadata = Metadata, Conditions = Conditions(mode) }, token), token);

    private static BlobRequestConditions? Conditions(PutMode mode) => mode == PutMode.IfAbsent ? new BlobRequestConditions { IfNoneMatch = ETag.All } : null;

    private async Task<bool> AnsweredAsync(PutMode mode, Func<Task> write, CancellationToken token)
    {
        try
        {
            await write();
            return true;
        }
        catch (RequestFailedException taken) when (mode == PutMode.IfAbsent && AzureFault.IsTaken(taken))
        {
            return await IsOursAsync(token) ?? false;
        }
        catch (RequestFailedException robbed) when (mode == PutMode.IfAbsent && robbed.ErrorCode == "InvalidBlockList")
        {
            // Who completes an upload takes away the blocks of all others of the same object.
            if (await IsOursAsync(token) is { } ours) return ours;
            throw;
        }
    }

    /// <summary>Null: there is no object.</summary>
    private async Task<bool?> IsOursAsync(CancellationToken token)
    {
        try
        {
            return (await blob.GetPropertiesAsync(cancellationToken: token)).Value.Metadata.TryGetValue(Mark, out var mark) && mark == id.ToString("N");
        }
        catch (RequestFailedException missing) when (AzureFault.IsMissing(missing))
        {
            return null;
        }
    }
}
