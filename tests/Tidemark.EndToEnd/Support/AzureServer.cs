namespace Tidemark.EndToEnd.Support;

/// <summary>A real server of Azure's blob storage on loopback: Azurite (build/azure-server). Tests make containers of their own.</summary>
public sealed class AzureServer : IAsyncDisposable
{
    private static readonly StoreScript Script = new("azure-server", "azurite");
    private static int _containers;
    private readonly string _folder = Workshop.NewPath("azure");
    private RunningProgram? _process;

    private AzureServer()
    {
    }

    public int Port { get; private set; }

    /// <summary>Skips the test, with the reason, where the server cannot run.</summary>
    public static void Require() => Script.Require();

    public static async Task<AzureServer> StartAsync()
    {
        var server = new AzureServer();
        await server.RunAsync();
        return server;
    }

    /// <summary>A new container with a prefix in it.</summary>
    public async Task<StorePlace> NewPlaceAsync()
    {
        var container = $"container-{Interlocked.Increment(ref _containers)}";
        await Script.OutputAsync("container", $"{Port}", container);
        var connection = (await Script.OutputAsync("connection", $"{Port}")).Trim();
        return new StorePlace($"azblob://{container}/backups", new Dictionary<string, string> { ["AZURE_STORAGE_CONNECTION_STRING"] = connection });
    }

    /// <summary>Starts it (again), on the same port where that is still free.</summary>
    public async Task RunAsync()
    {
        Port = Ports.Free(Port);
        _process = await Script.StartAsync("run", _folder, $"{Port}");
        await _process.SaysAsync("successfully listens");
    }

    /// <summary>A crash. Azurite may lose what it took in the last seconds.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        await process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
