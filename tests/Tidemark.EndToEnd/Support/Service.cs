using System.Net.Http.Headers;
using System.Text.Json;

namespace Tidemark.EndToEnd.Support;

/// <summary><c>tidemark serve</c> on a free port of loopback, for as long as a test holds it.</summary>
public sealed class Service : IAsyncDisposable
{
    /// <summary>Of role admin; every request of <see cref="Http"/> sends it.</summary>
    public const string AdminToken = "the-admin-of-the-tests";

    private Service(RunningProgram program, HttpClient http) => (Program, Http) = (program, http);

    public RunningProgram Program { get; }

    public HttpClient Http { get; }

    /// <summary>Returns when it listens.</summary>
    public static async Task<Service> StartAsync(TidemarkProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var running = await program.With("TIDEMARK_ADMIN_TOKEN", AdminToken).StartAsync("serve", "--urls", "http://127.0.0.1:0");
        var http = new HttpClient { BaseAddress = new Uri(await running.SaysLineAsync("listening on ")) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminToken);
        return new Service(running, http);
    }

    /// <summary>Sends what must be accepted, and returns the id of the task.</summary>
    public async Task<string> EnqueueAsync(string path, HttpContent? content = null)
    {
        using var answer = await Http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == 202, $"{path} answered {(int)answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>The task when it has ended, as its last event tells it.</summary>
    public async Task<JsonElement> EndOfAsync(string task)
    {
        var events = await Http.GetStringAsync(new Uri($"admin/tasks/{task}/events", UriKind.Relative), TestContext.Current.CancellationToken);
        return JsonDocument.Parse(events.Split("data: ")[^1].Trim()).RootElement;
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
}
