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

    /// <summary>Starts it, to be killed with the test run.</summary>
    public Task<RunningProgram> StartAsync(params string[] arguments) => StartAsync("KILL", arguments);

    /// <summary>The same for a script that has started others and takes them with it when it is asked to end.</summary>
    public Task<RunningProgram> StartSeveralAsync(params string[] arguments) => StartAsync("TERM", arguments);

    private async Task<RunningProgram> StartAsync(string deathSignal, string[] arguments)
    {
        var start = new ProcessStartInfo(File, arguments) { WorkingDirectory = "/", RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        return new RunningProgram(await ChildProcess.StartAsync(start, deathSignal), $"{Name} {string.Join(' ', arguments)}");
    }
}
