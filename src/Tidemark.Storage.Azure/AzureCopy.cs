using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;

namespace Tidemark.Storage.Azure;

/// <summary>A copy within a container, made by the store itself, block by block: Azure's copy of whole blobs shows an object before it is whole, or ends at 256 MiB.</summary>
internal static class AzureCopy
{
    private const long BlockSize = 256L << 20;

    private const int InFlight = 4;

    /// <summary>False: the other name is taken.</summary>
    /// <param name="from">The source.</param>
    /// <param name="properties">Of the source; when it changes meanwhile the copy fails.</param>
    /// <param name="until">When the store's right to read the source ends, by its own clock.</param>
    /// <param name="to">The other name.</param>
    /// <param name="token">Stops between blocks.</param>
    public static async Task<bool> RunAsync(BlockBlobClient from, BlobProperties properties, DateTimeOffset until, BlockBlobClient to, CancellationToken token)
    {
        // A client that was opened with a shared access signature has it in its address, and can sign no other.
        var source = from.CanGenerateSasUri ? from.GenerateSasUri(BlobSasPermissions.Read, until) : from.Uri;
        var write = new AzureWrite(to);
        var blocks = (int)((properties.ContentLength + BlockSize - 1) / BlockSize);
        await Parallel.ForEachAsync(Enumerable.Range(0, blocks), new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = token }, async (number, stop) =>
        {
            var at = number * BlockSize;
            var range = new HttpRange(at, Math.Min(BlockSize, properties.ContentLength - at));
            await to.StageBlockFromUriAsync(source, write.BlockName(number), new StageBlockFromUriOptions { SourceRange = range, SourceConditions = new BlobRequestConditions { IfMatch = properties.ETag } }, stop);
        });
        return await write.CommitAsync([.. Enumerable.Range(0, blocks).Select(write.BlockName)], PutMode.IfAbsent, token);
    }
}
