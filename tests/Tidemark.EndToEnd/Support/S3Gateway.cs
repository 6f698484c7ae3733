namespace Tidemark.EndToEnd.Support;

/// <summary>What listens for S3 requests. It keeps nothing: what it had answered for is there when it comes back.</summary>
public sealed class S3Gateway : IAsyncDisposable
{
    private readonly StoreScript _script;
    private readonly string _folder;
    private RunningProgram? _process;

    internal S3Gateway(StoreScript script, string folder)
    {
        _script = script;
        _folder = folder;
    }

    public int Port { get; private set; }

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>The keys are those of build/s3-server.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = Url,
        ["AWS_ACCESS_KEY_ID"] = "tidemarkaccess",
        ["AWS_SECRET_ACCESS_KEY"] = "tidemarksecret0123456789",
    };

    /// <summary>Starts it (again), on the same port where that is still free.</summary>
    public async Task StartAsync()
    {
        Port = Ports.Free(Port);
        _process = await _script.StartAsync("gateway", _folder, $"{Port}");
        await Ports.AnswerAsync(Port, _process);
    }

    /// <summary>A crash, in the middle of what it does.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        await process.DisposeAsync();
    }

    /// <summary>It hangs: connections are taken, and nothing is answered.</summary>
    public void Stop() => Signals.ToProcess(_process!.Id, Signals.Stop);

    public void Continue() => Signals.ToProcess(_process!.Id, Signals.Continue);

    public async ValueTask DisposeAsync() => await KillAsync();
}
