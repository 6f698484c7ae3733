using System.Collections.Concurrent;
using Tidemark.EndToEnd.Support;

[assembly: AssemblyFixture(typeof(Servers))]
// More than the cores: many tests wait for a server that is away, or for a clock.
[assembly: Xunit.v3.Parallelization(MaxThreads = 3)]

namespace Tidemark.EndToEnd.Support;

/// <summary>One server of each kind for the whole test run, started when a test first asks for it. Tests make databases and buckets of their own.</summary>
public sealed class Servers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, Lazy<Task<PostgresServer>>> _servers = new();
    private readonly Lazy<Task<S3Server>> _s3 = new(S3Server.StartAsync);
    private readonly Lazy<Task<AzureServer>> _azure = new(AzureServer.StartAsync);
    private readonly Lazy<Task<SftpServer>> _sftp = new(SftpServer.StartAsync);

    /// <summary>The majors to run a test with, as theory data.</summary>
    public static TheoryData<int> AllMajors => [.. PostgresPrograms.AllMajors];

    public Task<PostgresServer> OfAsync(int major)
    {
        // Skips the test here, so that a skip is not kept as the server's fate.
        _ = PostgresPrograms.Folder(major);
        return _servers.GetOrAdd(major, m => new Lazy<Task<PostgresServer>>(() => PostgresServer.StartAsync(m))).Value;
    }

    public async Task<S3Server> S3Async()
    {
        await S3Server.RequireAsync();
        return await _s3.Value;
    }

    public Task<AzureServer> AzureAsync()
    {
        AzureServer.Require();
        return _azure.Value;
    }

    public Task<SftpServer> SftpAsync()
    {
        SftpServer.Require();
        return _sftp.Value;
    }

    /// <summary>An empty place in a store of this kind: s3, azblob or sftp.</summary>
    public async Task<StorePlace> NewPlaceAsync(string kind) => kind switch
    {
        "s3" => await (await S3Async()).NewPlaceAsync(),
        "azblob" => await (await AzureAsync()).NewPlaceAsync(),
        "sftp" => (await SftpAsync()).NewPlace(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such store"),
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values) await EndAsync(server);
        await EndAsync(_s3);
        await EndAsync(_azure);
        await EndAsync(_sftp);
        Workshop.Clear();
    }

    private static async Task EndAsync<T>(Lazy<Task<T>> server)
        where T : IAsyncDisposable
    {
        if (server.IsValueCreated && server.Value.IsCompletedSuccessfully) await (await server.Value).DisposeAsync();
    }
}
