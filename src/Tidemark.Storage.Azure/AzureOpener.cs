namespace Tidemark.Storage.Azure;

/// <summary>Opens a container with the variable that Azure's own tools read.</summary>
internal static class AzureOpener
{
    /// <param name="address">Of the container.</param>
    /// <param name="environment">AZURE_STORAGE_CONNECTION_STRING.</param>
    /// <param name="folder">Not asked.</param>
    /// <exception cref="Fault">6: it is not set.</exception>
    public static IObjectStore Open(StoreAddress address, IReadOnlyDictionary<string, string> environment, string folder) => new AzureBlobObjectStore(new AzureOptions
    {
        Container = address.Host,
        Prefix = address.Prefix,
        ConnectionString = environment.Said("AZURE_STORAGE_CONNECTION_STRING")
            ?? throw new Fault(FaultCode.Configuration, "nothing says how the object store is reached") { Where = address.ToString(), Why = "AZURE_STORAGE_CONNECTION_STRING is not set", Next = "export AZURE_STORAGE_CONNECTION_STRING=…" },
    });
}
