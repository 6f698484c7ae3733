using Tidemark.Storage;
using Tidemark.Storage.Azure;
using Tidemark.Storage.Local;
using Tidemark.Storage.S3;

namespace Tidemark.Cli;

/// <summary>Opens the store of an address, with what the environment says of access to it.</summary>
internal static class Stores
{
    public static IObjectStore Open(StoreAddress address, IReadOnlyDictionary<string, string> environment, string folder) => address.Kind switch
    {
        StoreKind.Folder => new LocalObjectStore(Path.GetFullPath(address.Path, folder)),
        StoreKind.S3 => new S3ObjectStore(S3(address, environment)),
        StoreKind.AzureBlob => new AzureBlobObjectStore(Azure(address, environment)),
        _ => throw new Fault(FaultCode.Configuration, "stores of this kind are not in this version") { Where = address.ToString(), Next = "use a folder, s3://bucket/prefix or azblob://container/prefix" },
    };

    /// <summary>The variables that Amazon's own tools read.</summary>
    private static S3Options S3(StoreAddress address, IReadOnlyDictionary<string, string> environment)
    {
        string? Said(params string[] names) => names.Select(name => environment.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        var endpoint = Said("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            throw new Fault(FaultCode.Configuration, "the endpoint of the object store is no address") { Where = "AWS_ENDPOINT_URL", Why = $"it says {endpoint}", Next = "export AWS_ENDPOINT_URL=https://host:port" };
        return new S3Options
        {
            Bucket = address.Host,
            Prefix = address.Prefix,
            Endpoint = endpoint is null ? null : new Uri(endpoint),
            Region = Said("AWS_REGION", "AWS_DEFAULT_REGION") ?? "us-east-1",
            AccessKey = Said("AWS_ACCESS_KEY_ID"),
            SecretKey = Said("AWS_SECRET_ACCESS_KEY"),
            SessionToken = Said("AWS_SESSION_TOKEN"),
            // Compatibles on an address of their own seldom have a name for each bucket.
            PathStyle = endpoint is not null,
        };
    }

    /// <summary>The variable that Azure's own tools read.</summary>
    private static AzureOptions Azure(StoreAddress address, IReadOnlyDictionary<string, string> environment) => new()
    {
        Container = address.Host,
        Prefix = address.Prefix,
        ConnectionString = environment.GetValueOrDefault("AZURE_STORAGE_CONNECTION_STRING") is { Length: > 0 } said ? said
            : throw new Fault(FaultCode.Configuration, "nothing says how the object store is reached") { Where = address.ToString(), Why = "AZURE_STORAGE_CONNECTION_STRING is not set", Next = "export AZURE_STORAGE_CONNECTION_STRING=…" },
    };
}
