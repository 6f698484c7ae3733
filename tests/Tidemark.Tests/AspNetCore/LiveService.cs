using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tidemark.AspNetCore;
using Tidemark.AspNetCore.Access;
using Tidemark.Configuration;
using Tidemark.Hosting;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

/// <summary>The host of <c>tidemark serve</c> in this process, on a free port, with a folder for backups and no database to reach.</summary>
internal sealed class LiveService : IAsyncDisposable
{
    public const string AdminToken = "the-admin-of-the-tests";

    private readonly WebApplication app;

    private LiveService(WebApplication app) => (this.app, Http) = (app, new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });

    /// <summary>Without a token.</summary>
    public HttpClient Http { get; }

    public Workbench Workbench => app.Services.GetRequiredService<Workbench>();

    public TokenRegister Tokens => app.Services.GetRequiredService<TokenRegister>();

    public TaskBoard Board => app.Services.GetRequiredService<TaskBoard>();

    public string Uploads => Path.Combine(Workbench.State, "incoming");

    public static Task<LiveService> StartAsync(TempFolder folder, params (string Name, string Value)[] variables) => StartAsync(folder, folder, variables);

    /// <param name="folder">Of the backups.</param>
    /// <param name="project">Where the service is started.</param>
    /// <param name="variables">Of its environment.</param>
    /// <param name="reached">By which address, path and proxies.</param>
    public static async Task<LiveService> StartAsync(TempFolder folder, TempFolder project, (string Name, string Value)[] variables, ServeOptions? reached = null)
    {
        var environment = new Dictionary<string, string> { ["DATABASE_URL"] = "postgresql://nobody:planted-password@127.0.0.1:1/shop", ["BACKUP_DIR"] = folder.Path, ["TIDEMARK_ADMIN_TOKEN"] = AdminToken };
        foreach (var (name, value) in variables) environment[name] = value;
        var options = ConfigurationReader.Read(project.Path, environment, new Dictionary<string, string>()).Options;
        reached ??= ServeOptions.Of("http://127.0.0.1:0", null, []);
        var app = TidemarkHost.Build(new Workbench(options, new StoreOpeners(), "", _ => { }), reached, TextWriter.Null);
        try
        {
            await HostStart.RunAsync(app, reached.Urls, TestContext.Current.CancellationToken);
            return new LiveService(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public Task<HttpResponseMessage> SendAsync(string method, string path, string? json = null, string? token = AdminToken, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), token, headers);

    public Task<HttpResponseMessage> SendAsync(string method, string path, HttpContent? content, string? token = AdminToken, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public static async Task<JsonElement> JsonOf(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

    /// <summary>Status and code of a problem.</summary>
    public static async Task<(int Status, string Code)> ProblemOf(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await JsonOf(answer);
        Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        return ((int)answer.StatusCode, problem.GetProperty("code").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();
    }
}
