using System.Globalization;
using System.Text.Json;

namespace Tidemark.EndToEnd.Support;

/// <summary>A real S3 server on loopback: Ceph (build/s3-server). Tests make buckets of their own; faults are put on one bucket or on a gateway of the test's own.</summary>
public sealed class S3Server : IAsyncDisposable
{
    private static readonly StoreScript Script = new("s3-server", "ceph");
    private static readonly Lazy<Task<bool>> MayRun = new(MayRunAsync);
    private static int _buckets;
    private readonly string _folder = Workshop.NewPath("s3");
    private RunningProgram? _cluster;
    private S3Gateway? _gateway;

    private S3Server()
    {
    }

    /// <summary>The one that all tests share: not to be killed.</summary>
    public S3Gateway Gateway => _gateway ?? throw new InvalidOperationException("the server does not run");

    /// <summary>Skips the test, with the reason, where the server cannot run.</summary>
    public static async Task RequireAsync()
    {
        Script.Require();
        if (!await MayRun.Value) Assert.Skip("the S3 server needs root, or a system where others may make user namespaces");
    }

    public static async Task<S3Server> StartAsync()
    {
        var server = new S3Server();
        try
        {
            server._cluster = await Script.StartAsync("cluster", server._folder, $"{Ports.FreeRow(31)}");
            await server._cluster.SaysAsync("the cluster is up", TimeSpan.FromMinutes(3));
            server._gateway = await server.OwnGatewayAsync();
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>A new bucket with a prefix in it.</summary>
    /// <param name="locked">Versioned, and every object is locked for a day.</param>
    public async Task<StorePlace> NewPlaceAsync(bool locked = false)
    {
        var bucket = $"bucket-{Interlocked.Increment(ref _buckets)}";
        await Script.OutputAsync(["bucket", $"{Gateway.Port}", bucket, .. locked ? (string[])["lock"] : []]);
        return new StorePlace($"s3://{bucket}/backups", Gateway.Variables);
    }

    /// <summary>Another gateway before the same buckets, for a test that kills or stops it.</summary>
    public async Task<S3Gateway> OwnGatewayAsync()
    {
        var gateway = new S3Gateway(Script, _folder);
        await gateway.StartAsync();
        return gateway;
    }

    /// <summary>From now on the bucket takes no more than this: 403 QuotaExceeded.</summary>
    public async Task LimitSizeAsync(string bucket, long bytes)
    {
        await AdminAsync("radosgw-admin", "quota", "set", "--quota-scope=bucket", $"--bucket={bucket}", string.Create(CultureInfo.InvariantCulture, $"--max-size={bytes}B"));
        await AdminAsync("radosgw-admin", "quota", "enable", "--quota-scope=bucket", $"--bucket={bucket}");
    }

    /// <summary>From now on each gateway takes so many requests a minute that write to the bucket: 503 SlowDown for others.</summary>
    public async Task LimitWritesAsync(string bucket, int aMinute)
    {
        await AdminAsync("radosgw-admin", "ratelimit", "set", "--ratelimit-scope=bucket", $"--bucket={bucket}", string.Create(CultureInfo.InvariantCulture, $"--max-write-ops={aMinute}"));
        await AdminAsync("radosgw-admin", "ratelimit", "enable", "--ratelimit-scope=bucket", $"--bucket={bucket}");
    }

    /// <summary>What the bucket holds, asked behind the gateway's back; parts of unfinished uploads show as names that begin with _multipart_.</summary>
    public async Task<string[]> KeysAsync(string bucket)
    {
        using var listed = JsonDocument.Parse(await AdminAsync("radosgw-admin", "bucket", "list", $"--bucket={bucket}", "--max-entries=100000", "--allow-unordered"));
        return [.. listed.RootElement.EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!)];
    }

    /// <summary>ceph, rados or radosgw-admin: what it printed.</summary>
    public Task<string> AdminAsync(params string[] command) => Script.OutputAsync(["admin", _folder, .. command]);

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_cluster is not null) await _cluster.DisposeAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> MayRunAsync()
    {
        if (Environment.IsPrivilegedProcess) return true;
        try
        {
            await ChildProcess.OutputAsync("unshare", ["--mount", "--user", "--map-root-user", "true"]);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
