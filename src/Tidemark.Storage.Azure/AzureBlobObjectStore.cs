using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Tidemark.Storage.Azure;

/// <summary>A container of Azure Blob Storage. Transient failures are tried again by the SDK, with pauses that grow (<see cref="AzurePatience"/>).</summary>
internal sealed class AzureBlobObjectStore(AzureOptions options) : IObjectStore
{
    /// <summary>What a listing asks for at once: 5,000 are allowed, but their answer takes long.</summary>
    private const int Page = 1_000;

    private static readonly TimeSpan LongestCopy = TimeSpan.FromDays(1);

    private readonly AzureConnection connection = new(options);

    public string Address => options.Address;

    /// <summary>Immutable containers refuse a removal, and say so; a lock is nothing that is put on an object here.</summary>
    public StoreTraits Traits { get; } = new(ConditionalPut: true, ConditionalMove: true, ObjectLock: false);

    public async Task<StoredObject?> FindAsync(string key, CancellationToken token)
    {
        try
        {
            var found = (await BlobOf(key).GetPropertiesAsync(cancellationToken: token)).Value;
            return new StoredObject(key, found.ContentLength, found.LastModified);
        }
        catch (RequestFailedException missing) when (AzureFault.IsMissing(missing))
        {
            return null;
        }
        catch (Exception failed) when (AzureFault.Knows(failed, token))
        {
            throw AzureFault.Of(failed, options, key);
        }
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, [EnumeratorCancellation] CancellationToken token)
    {
        var folders = new List<string>();
        if (which.Except is null) folders.Add(which.Prefix);
        else
        {
            // Azure begins no listing in the middle: to pass a folder over, its neighbours are listed one by one.
            var request = new GetBlobsByHierarchyOptions { Prefix = options.Prefix + AzureName.Of(which.Prefix), Delimiter = "/", Traits = BlobTraits.Metadata };
            await using var pages = connection.Container.GetBlobsByHierarchyAsync(request, token).AsPages(pageSizeHint: Page).GetAsyncEnumerator(token);
            while (await MovesAsync(pages, which.Prefix, token))
            {
                foreach (var found in pages.Current.Values)
                    if (found.IsBlob && Found(found.Blob) is { } one) yield return one;
                    else if (found.IsPrefix && AzureName.ToKey(found.Prefix[options.Prefix.Length..]) is var folder && which.MayHold(folder.TrimEnd('/'))) folders.Add(folder);
            }
        }
        foreach (var folder in folders)
            await foreach (var found in ListAsync(folder, token)) yield return found;
    }

    private async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken token)
    {
        var request = new GetBlobsOptions { Prefix = options.Prefix + AzureName.Of(prefix), Traits = BlobTraits.Metadata };
        await using var pages = connection.Container.GetBlobsAsync(request, token).AsPages(pageSizeHint: Page).GetAsyncEnumerator(token);
        while (await MovesAsync(pages, prefix, token))
        {
            foreach (var found in pages.Current.Values)
                if (Found(found) is { } one) yield return one;
        }
    }

    /// <summary>Null: a folder, which an account with a hierarchical namespace lists too.</summary>
    private StoredObject? Found(BlobItem found) => found.Metadata.ContainsKey("hdi_isfolder") ? null
        : new StoredObject(AzureName.ToKey(found.Name[options.Prefix.Length..]), found.Properties.ContentLength ?? 0, found.Properties.LastModified!.Value);

    public async Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token)
    {
        var blob = BlobOf(key);
        if (length == 0) return Stream.Null;
        try
        {
            return await new AzureReading(options, blob, key, offset, length).OpenAsync(token);
        }
        catch (RequestFailedException behind) when (behind.Status == 416)
        {
            return Stream.Null;
        }
        catch (RequestFailedException missing) when (AzureFault.IsMissing(missing))
        {
            throw StoreFault.NoSuchObject(this, key);
        }
        catch (Exception failed) when (AzureFault.Knows(failed, token))
        {
            throw AzureFault.Of(failed, options, key);
        }
    }

    public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
    {
        try
        {
            return await new AzureWrite(BlobOf(key)).PutAsync(bytes, mode, token);
        }
        catch (Exception failed) when (AzureFault.Knows(failed, token))
        {
            throw AzureFault.Of(failed, options, key);
        }
    }

    public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => Task.FromResult<IObjectUpload>(new AzureUpload(options, BlobOf(key), key));

    public async Task<bool> MoveAsync(string from, string to, CancellationToken token)
    {
        try
        {
            var source = await BlobOf(from).GetPropertiesAsync(cancellationToken: token);
            if (await FindAsync(to, token) is not null) return false;
            var now = source.GetRawResponse().Headers.Date ?? source.Value.LastModified;
            if (!await AzureCopy.RunAsync(BlobOf(from), source.Value, now + LongestCopy, BlobOf(to), token)) return false;
        }
        catch (RequestFailedException missing) when (AzureFault.IsMissing(missing))
        {
            throw StoreFault.NoSuchObject(this, from);
        }
        catch (Exception failed) when (AzureFault.Knows(failed, token))
        {
            throw AzureFault.Of(failed, options, to);
        }
        await DeleteAsync(from, token);
        return true;
    }

    public async Task<bool> DeleteAsync(string key, CancellationToken token)
    {
        try
        {
            await BlobOf(key).DeleteAsync(cancellationToken: token);
            return true;
        }
        catch (RequestFailedException missing) when (AzureFault.IsMissing(missing))
        {
            return false;
        }
        catch (Exception failed) when (AzureFault.Knows(failed, token))
        {
            throw AzureFault.Of(failed, options, key);
        }
    }

    /// <summary>
    /// None: Azure removes uncommitted blocks by itself, a week after the last of them came. It has no request that does so earlier
    /// without first making an object of that name, and does not say when an upload began: a living one of another machine would be hit.
    /// </summary>
    public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => Task.FromResult(0);

    public ValueTask DisposeAsync()
    {
        connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> MovesAsync<T>(IAsyncEnumerator<Page<T>> pages, string prefix, CancellationToken token)
    {
        try
        {
            return await pages.MoveNextAsync();
        }
        catch (Exception failed) when (AzureFault.Knows(failed, token))
        {
            throw AzureFault.Of(failed, options, prefix);
        }
    }

    private BlockBlobClient BlobOf(string key) => connection.Container.GetBlockBlobClient(options.Prefix + AzureName.Of(StoreFault.Checked(this, key)));
}
