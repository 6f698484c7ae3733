using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Tidemark.Storage.Azure;

/// <summary>The bytes of an object on their way; a connection that breaks is mended from where it broke. What cannot be mended is a <see cref="Fault"/>.</summary>
/// <remarks>The SDK mends five breaks of a stream, in all. A restore of hours reads with pauses that Azure does not wait for: so as long as bytes come, there is always another try.</remarks>
internal sealed class AzureReading(AzureOptions options, BlockBlobClient blob, string key, long offset, long? length) : ForwardStream(Null)
{
    private ETag? version;
    private long at;
    private long mendedAt;

    /// <summary>To be called first.</summary>
    /// <exception cref="RequestFailedException">As Azure answers.</exception>
    public async Task<Stream> OpenAsync(CancellationToken token)
    {
        await Inner.DisposeAsync();
        var range = offset + at > 0 || length is not null ? new HttpRange(offset + at, length - at) : default;
        var opened = (await blob.DownloadStreamingAsync(new BlobDownloadOptions { Range = range, Conditions = new BlobRequestConditions { IfMatch = version } }, token)).Value;
        (Inner, version, mendedAt) = (opened.Content, opened.Details.ETag, at);
        return this;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (at == length) return 0;
        try
        {
            try
            {
                return await ReadOnAsync(buffer, cancellationToken);
            }
            catch (Exception broken) when (at > mendedAt && AzureFault.Knows(broken, cancellationToken))
            {
                await OpenAsync(cancellationToken);
                return await ReadOnAsync(buffer, cancellationToken);
            }
        }
        catch (Exception failed) when (AzureFault.Knows(failed, cancellationToken))
        {
            throw AzureFault.Of(failed, options, key);
        }
    }

    private async Task<int> ReadOnAsync(Memory<byte> buffer, CancellationToken token)
    {
        var got = await Inner.ReadAsync(buffer, token);
        at += got;
        return got;
    }
}
