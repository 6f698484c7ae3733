namespace Tidemark.Storage.S3;

/// <summary>Opens a bucket with what Amazon's own tools read from the environment.</summary>
internal static class S3Opener
{
    /// <param name="address">Of the bucket.</param>
    /// <param name="environment">AWS_*.</param>
    /// <param name="folder">Not asked.</param>
    /// <exception cref="Fault">6: AWS_ENDPOINT_URL is no address.</exception>
    public static IObjectStore Open(StoreAddress address, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var endpoint = environment.Said("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            throw new Fault(FaultCode.Configuration, "the endpoint of the object store is no address") { Where = "AWS_ENDPOINT_URL", Why = $"it says {endpoint}", Next = "export AWS_ENDPOINT_URL=https://host:port" };
        return new S3ObjectStore(new S3Options
        {
            Bucket = address.Host,
            Prefix = address.Prefix,
            Endpoint = endpoint is null ? null : new Uri(endpoint),
            Region = environment.Said("AWS_REGION", "AWS_DEFAULT_REGION") ?? "us-east-1",
            AccessKey = environment.Said("AWS_ACCESS_KEY_ID"),
            SecretKey = environment.Said("AWS_SECRET_ACCESS_KEY"),
            SessionToken = environment.Said("AWS_SESSION_TOKEN"),
            // Compatibles on an address of their own seldom have a name for each bucket.
            PathStyle = address.Bucket.PathStyle ?? endpoint is not null,
            StorageClass = address.Bucket.StorageClass,
            ServerSideEncryption = address.Bucket.ServerSideEncryption,
            Lock = address.Bucket.Lock,
        }, TimeProvider.System);
    }
}
