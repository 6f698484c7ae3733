using System.Diagnostics;

namespace Tidemark.EndToEnd.Support;

/// <summary>A script of build/ that lays a store's server into the cache and runs it.</summary>
internal sealed record StoreScript(string Name, string CacheFolder)
{
    private string File => Path.Combine(Workshop.Repository, "build", Name);

    /// <summary>Skips the test, with the reason, when the server was not laid.</summary>
    public void Require()
    {
        if (!System.IO.File.Exists(Path.Combine(Workshop.Cache, CacheFolder, "recipe"))) Assert.Skip($"its server is not in {Workshop.Cache}: build/{Name} lay");
    }

    /// <summary>Runs it to its end: what it printed.</summary>
    public Task<string> OutputAsync(params string[] arguments) => ChildProcess.OutputAsync(File, arguments);

    /// <summary>Starts it; all that it starts ends with it, and it with the test run.</summary>
    public async Task<RunningProgram> StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(File, arguments) { WorkingDirectory = "/", RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        return new RunningProgram(await ChildProcess.StartAsync(start, deathSignal: "TERM"), $"{Name} {string.Join(' ', arguments)}");
    }
}
