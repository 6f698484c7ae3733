using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Storage;
using Tidemark.Storage.Local;

namespace Tidemark.Hosting;

/// <summary>The kinds of stores that this program was built with: folders, and those whose projects it takes.</summary>
internal sealed class StoreOpeners
{
    private static readonly string[] Secrets = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_STORAGE_CONNECTION_STRING", "SFTP_IDENTITY_PASSPHRASE"];

    private readonly Dictionary<StoreKind, StoreOpener> byKind = new()
    {
        [StoreKind.Folder] = (address, _, folder) => new LocalObjectStore(Path.GetFullPath(address.Path, folder)),
    };

    public void Add(StoreKind kind, StoreOpener opener) => byKind[kind] = opener;

    /// <param name="address">Which.</param>
    /// <param name="environment">Keys and endpoints.</param>
    /// <param name="folder">What a relative folder lies in.</param>
    /// <param name="bandwidth">Bytes a second, up and down; null: as fast as it goes. A folder has no line to leave room on.</param>
    /// <param name="meter">Counts what is asked of the store; null: nobody will read it.</param>
    /// <exception cref="Fault">6: what it needs to be reached is not set, or its kind is not built in.</exception>
    public IObjectStore Open(StoreAddress address, IReadOnlyDictionary<string, string> environment, string folder, long? bandwidth = null, StoreMeter? meter = null)
    {
        var store = byKind.TryGetValue(address.Kind, out var opener) ? opener(address, environment, folder)
            : throw new Fault(FaultCode.Configuration, "this program was built without this kind of store") { Where = address.ToString(), Next = "add the package Tidemark.Storage.S3, .Azure or .Sftp, and name it in AddTidemark" };
        if (meter is not null) store = new MeteredObjectStore(store, meter);
        if (address.Kind == StoreKind.Folder) return store;
        if (bandwidth is { } rate) store = new ThrottledObjectStore(store, rate, TimeProvider.System);
        return new RetryingObjectStore(store, new Retry(TimeProvider.System));
    }

    /// <summary>A place of dumps. A folder is known as one: what is read there can be locked.</summary>
    public DumpStore OfDumps(StoreAddress address, TidemarkOptions options)
    {
        var objects = Open(address, options.Variables, options.ProjectRoot, options.Bandwidth);
        return new DumpStore(objects, address.Kind == StoreKind.Folder ? objects.Address : null);
    }

    /// <summary>What must never be written: values of variables that hold keys of stores.</summary>
    public static IEnumerable<string> SecretsOf(IReadOnlyDictionary<string, string> environment) =>
        Secrets.Select(name => environment.GetValueOrDefault(name)).OfType<string>().SelectMany(value => KeysIn(value).Prepend(value)).Where(value => value.Length > 0);

    /// <summary>Of a connection string of Azure: what fails may quote one part of it alone.</summary>
    private static IEnumerable<string> KeysIn(string value) =>
        value.Split(';').Select(part => part.Split('=', 2)).Where(part => part is ["AccountKey" or "SharedAccessSignature", _])
            .SelectMany(part => part[1].Split('&').Where(one => one.StartsWith("sig=", StringComparison.Ordinal)).Select(one => one[4..]).Prepend(part[1]));
}
