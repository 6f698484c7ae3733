using Tidemark.Hosting;

namespace Tidemark.Storage.Azure;

/// <summary>Lets an application keep its backups in such stores.</summary>
public static class AzureStore
{
    /// <summary>Backups may go to containers of Azure Blob Storage, <c>azblob://container/prefix</c>.</summary>
    public static TidemarkBuilder UseAzureBlob(this TidemarkBuilder tidemark)
    {
        ArgumentNullException.ThrowIfNull(tidemark);
        return tidemark.Use(StoreKind.AzureBlob, AzureOpener.Open);
    }
}
