using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace Tidemark.Storage.Azure;

/// <summary>The client of a container, with its connections.</summary>
internal sealed class AzureConnection : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = AzurePatience.Connect, PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <exception cref="Fault">6: the connection string cannot be read.</exception>
    public AzureConnection(AzureOptions options)
    {
        var client = new BlobClientOptions
        {
            Transport = new HttpClientTransport(http),
            Retry = { Mode = RetryMode.Exponential, MaxRetries = AzurePatience.Retries, Delay = AzurePatience.FirstPause, MaxDelay = AzurePatience.LongestPause },
            TransferValidation = { Upload = { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 } },
            Diagnostics = { IsLoggingEnabled = false, IsDistributedTracingEnabled = false, IsTelemetryEnabled = false },
        };
        client.AddPolicy(new AzurePatience(), HttpPipelinePosition.PerCall);
        try
        {
            Container = new BlobContainerClient(options.ConnectionString, options.Container, client);
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or InvalidOperationException)
        {
            http.Dispose();
            // Without the cause: it may quote what it could not read.
            throw new Fault(FaultCode.Configuration, "the connection string of the object store cannot be read") { Where = "AZURE_STORAGE_CONNECTION_STRING", Why = "it is neither AccountName=…;AccountKey=… nor BlobEndpoint=…;SharedAccessSignature=…", Next = "az storage account show-connection-string --name ACCOUNT" };
        }
    }

    public BlobContainerClient Container { get; }

    public void Dispose() => http.Dispose();
}
