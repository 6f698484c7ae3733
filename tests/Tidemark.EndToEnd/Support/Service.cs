using System.Text.RegularExpressions;

namespace Tidemark.EndToEnd.Support;

/// <summary><c>tidemark serve</c> on a free port of loopback, for as long as a test holds it.</summary>
public sealed partial class Service : IAsyncDisposable
{
    private Service(RunningProgram program, HttpClient http) => (Program, Http) = (program, http);

    public RunningProgram Program { get; }

    public HttpClient Http { get; }

    /// <summary>Returns when it listens.</summary>
    public static async Task<Service> StartAsync(TidemarkProgram program)
    {
        var running = await program.StartAsync("serve", "--urls", "http://127.0.0.1:0");
        await running.SaysAsync("listening on http://");
        return new Service(running, new HttpClient { BaseAddress = new Uri(Address().Match(running.Errors).Groups[1].Value) });
    }

    /// <summary>As a service manager ends it.</summary>
    public async Task<ProgramResult> StopAsync()
    {
        Program.Terminate();
        return await Program.EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Program.DisposeAsync();
    }

    [GeneratedRegex(@"listening on (http://\S+)")]
    private static partial Regex Address();
}
