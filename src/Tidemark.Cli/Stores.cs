using Tidemark.Storage;
using Tidemark.Storage.Local;
using Tidemark.Storage.S3;
using Tidemark.Storage.Sftp;

namespace Tidemark.Cli;

/// <summary>Opens the store of an address, with what the environment says of access to it.</summary>
internal static class Stores
{
    public static IObjectStore Open(StoreAddress address, IReadOnlyDictionary<string, string> environment, string folder) => address.Kind switch
    {
        StoreKind.Folder => new LocalObjectStore(Path.GetFullPath(address.Path, folder)),
        StoreKind.S3 => new S3ObjectStore(S3(address, environment)),
        StoreKind.Sftp => new SftpObjectStore(Sftp(address, environment, folder)),
        _ => throw new Fault(FaultCode.Configuration, "stores of this kind are not in this version") { Where = address.ToString(), Next = "use a folder, s3://bucket/prefix or sftp://user@host:port/path" },
    };

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
            PathStyle = endpoint is not null,
        };
    }

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

    private static string? Said(IReadOnlyDictionary<string, string> environment, params string[] names) => names.Select(name => environment.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
