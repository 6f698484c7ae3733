using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Storage;
using Tidemark.Storage.Azure;
using Tidemark.Storage.Local;
using Tidemark.Storage.S3;
using Tidemark.Storage.Sftp;

namespace Tidemark.Cli;

/// <summary>Opens the store of an address, with what the environment says of access to it.</summary>
internal static class Stores
{
    private static readonly string[] Secrets = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_STORAGE_CONNECTION_STRING", "SFTP_IDENTITY_PASSPHRASE"];

    /// <param name="address">Which.</param>
    /// <param name="environment">Keys and endpoints.</param>
    /// <param name="folder">What a relative folder lies in.</param>
    /// <param name="bandwidth">Bytes a second, up and down; null: as fast as it goes. A folder has no line to leave room on.</param>
    /// <param name="meter">Counts what is asked of the store; null: nobody will read it.</param>
    public static IObjectStore Open(StoreAddress address, IReadOnlyDictionary<string, string> environment, string folder, long? bandwidth = null, StoreMeter? meter = null)
    {
        var store = Bare(address, environment, folder);
        if (meter is not null) store = new MeteredObjectStore(store, meter);
        if (address.Kind == StoreKind.Folder) return store;
        if (bandwidth is { } rate) store = new ThrottledObjectStore(store, rate, TimeProvider.System);
        return new RetryingObjectStore(store, new Retry(TimeProvider.System));
    }

    private static IObjectStore Bare(StoreAddress address, IReadOnlyDictionary<string, string> environment, string folder) => address.Kind switch
    {
        StoreKind.Folder => new LocalObjectStore(Path.GetFullPath(address.Path, folder)),
        StoreKind.S3 => new S3ObjectStore(S3(address, environment), TimeProvider.System),
        StoreKind.AzureBlob => new AzureBlobObjectStore(Azure(address, environment)),
        _ => new SftpObjectStore(Sftp(address, environment, folder)),
    };

    /// <summary>A place of dumps. A folder is known as one: what is read there can be locked.</summary>
    public static DumpStore OfDumps(StoreAddress address, TidemarkOptions options)
    {
        var objects = Open(address, options.Variables, options.ProjectRoot, options.Bandwidth);
        return new DumpStore(objects, address.Kind == StoreKind.Folder ? objects.Address : null);
    }

    /// <summary>The variables that Amazon's own tools read.</summary>
    private static S3Options S3(StoreAddress address, IReadOnlyDictionary<string, string> environment)
    {
        var endpoint = Said(environment, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            throw new Fault(FaultCode.Configuration, "the endpoint of the object store is no address") { Where = "AWS_ENDPOINT_URL", Why = $"it says {endpoint}", Next = "export AWS_ENDPOINT_URL=https://host:port" };
        return new S3Options
        {
            Bucket = address.Host,
            Prefix = address.Prefix,
            Endpoint = endpoint is null ? null : new Uri(endpoint),
            Region = Said(environment, "AWS_REGION", "AWS_DEFAULT_REGION") ?? "us-east-1",
            AccessKey = Said(environment, "AWS_ACCESS_KEY_ID"),
            SecretKey = Said(environment, "AWS_SECRET_ACCESS_KEY"),
            SessionToken = Said(environment, "AWS_SESSION_TOKEN"),
            // Compatibles on an address of their own seldom have a name for each bucket.
            PathStyle = address.Bucket.PathStyle ?? endpoint is not null,
            StorageClass = address.Bucket.StorageClass,
            ServerSideEncryption = address.Bucket.ServerSideEncryption,
            Lock = address.Bucket.Lock,
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

    /// <summary>What ssh reads without its configuration file, and variables to name other files.</summary>
    private static SftpOptions Sftp(StoreAddress address, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var home = Said(environment, "HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string? FileOf(string name) => Said(environment, name) is not { } file ? null : file.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, file[2..]) : Path.GetFullPath(file, folder);
        return new SftpOptions
        {
            Address = address,
            SshFolder = Path.Combine(home, ".ssh"),
            IdentityFile = FileOf("SFTP_IDENTITY_FILE"),
            Passphrase = Said(environment, "SFTP_IDENTITY_PASSPHRASE"),
            KnownHostsFile = FileOf("SFTP_KNOWN_HOSTS") ?? Path.Combine(home, ".ssh", "known_hosts"),
        };
    }

    /// <summary>What must never be written: values of variables that hold keys of stores.</summary>
    public static IEnumerable<string> SecretsOf(IReadOnlyDictionary<string, string> environment) =>
        Secrets.Select(name => environment.GetValueOrDefault(name)).OfType<string>().Where(value => value.Length > 0);

    private static string? Said(IReadOnlyDictionary<string, string> environment, params string[] names) => names.Select(name => environment.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
