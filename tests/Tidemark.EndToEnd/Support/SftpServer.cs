using System.Diagnostics;

namespace Tidemark.EndToEnd.Support;

/// <summary>A real SFTP server on loopback: OpenSSH (build/sftp-server). Tests use folders of their own.</summary>
public sealed class SftpServer : IAsyncDisposable
{
    private static readonly StoreScript Script = new("sftp-server", "openssh");
    private static int _folders;
    private readonly string _folder = Workshop.NewPath("sftp");
    private RunningProgram? _process;
    private List<int> _frozen = [];

    private SftpServer()
    {
    }

    public int Port { get; private set; }

    /// <summary>Where a login begins, as the machine of the server sees it.</summary>
    public string Home => Path.Combine(_folder, "home");

    /// <summary>With the server's public key, as ssh-keygen wrote it.</summary>
    public string HostKeyFile => Path.Combine(_folder, "host_key.pub");

    /// <summary>Skips the test, with the reason, where the server cannot run.</summary>
    public static void Require() => Script.Require();

    public static async Task<SftpServer> StartAsync()
    {
        var server = new SftpServer();
        await server.RunAsync();
        return server;
    }

    /// <summary>A folder in <see cref="Home"/> that is not there yet.</summary>
    public StorePlace NewPlace() => new(
        $"sftp://{(Environment.IsPrivilegedProcess ? "daemon" : Environment.UserName)}@127.0.0.1:{Port}/backups-{Interlocked.Increment(ref _folders)}",
        new Dictionary<string, string> { ["SFTP_IDENTITY_FILE"] = Path.Combine(_folder, "key"), ["SFTP_KNOWN_HOSTS"] = Path.Combine(_folder, "known_hosts") });

    /// <summary>The same folder as the machine of the server sees it.</summary>
    public string FolderOf(StorePlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return Path.Combine(Home, place.Address[(place.Address.LastIndexOf('/') + 1)..]);
    }

    /// <summary>Files of unfinished uploads.</summary>
    public string[] Pending(StorePlace place) => Path.Combine(FolderOf(place), ".tidemark", "uploads") is var uploads && Directory.Exists(uploads) ? Directory.GetFiles(uploads) : [];

    /// <summary>Each file that is an object: relative name to size.</summary>
    public IReadOnlyDictionary<string, long> Objects(StorePlace place) => new DirectoryInfo(FolderOf(place)).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => !file.FullName.Contains("/.tidemark/", StringComparison.Ordinal)).ToDictionary(file => Path.GetRelativePath(FolderOf(place), file.FullName), file => file.Length);

    /// <summary>Until the server has a good part of an upload.</summary>
    public async Task UploadingAsync(StorePlace place)
    {
        var watch = Stopwatch.StartNew();
        while (!Pending(place).Any(file => new FileInfo(file) is { Exists: true, Length: > 1_000_000 }))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "nothing was uploaded");
            await Task.Yield();
        }
    }

    /// <summary>Starts it (again), on the same port where that is still free, with the same keys.</summary>
    public async Task RunAsync()
    {
        Port = Ports.Free(Port);
        _process = await Script.StartAsync("run", _folder, $"{Port}");
        await _process.SaysAsync("Server listening");
    }

    /// <summary>A crash; with it go the connections.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        // Each connection is served by processes in a group of their own.
        foreach (var id in Signals.Below(process.Id).ToList()) Signals.ToProcess(id, Signals.Kill);
        await process.DisposeAsync();
    }

    /// <summary>Stops it, and what serves its connections: they stay open and nothing comes any more.</summary>
    public void Freeze()
    {
        _frozen = [_process!.Id, .. Signals.Below(_process.Id)];
        foreach (var id in _frozen) Signals.ToProcess(id, Signals.Stop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _frozen) Signals.ToProcess(id, Signals.Continue);
        await KillAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
