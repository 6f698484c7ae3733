using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tidemark.AspNetCore;
using Tidemark.AspNetCore.Health;
using Tidemark.Hosting;
using Tidemark.Storage.Azure;
using Tidemark.Storage.S3;
using Tidemark.Storage.Sftp;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

/// <summary>Tidemark in somebody's application, which has users, a path base and routes of its own.</summary>
public sealed class EmbeddingTests : IDisposable
{
    private const string Token = "the-token-of-the-application";

    private readonly TempFolder folder = new();

    [Fact]
    public async Task A_policy_of_the_host_stands_instead_of_our_tokens_and_the_name_of_its_user_is_the_actor()
    {
        await using var app = await StartAsync(app => app.MapTidemark("/ops/db-admin").RequireAuthorization("Dba"));
        Assert.Equal(200, await StatusAsync(app, "/base/ops/db-admin/status", user: "dba"));
        Assert.Equal(403, await StatusAsync(app, "/base/ops/db-admin/status", user: "customer"));
        Assert.Equal(401, await StatusAsync(app, "/base/ops/db-admin/status", bearer: Token));
        using var http = Client(app);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/base/ops/db-admin/db/backup") { Headers = { { "X-User", "dba" } } };
        using var accepted = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var task = await LiveService.JsonOf(accepted);
        Assert.Equal((202, "dba"), ((int)accepted.StatusCode, task.GetProperty("actor").GetString()));
        Assert.Equal($"/base/ops/db-admin/tasks/{task.GetProperty("id").GetString()}", accepted.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_policy_only_our_tokens_come_in_however_well_the_host_knows_its_users(bool loggedIn)
    {
        await using var app = await StartAsync(app =>
        {
            var routes = app.MapTidemark();
            // Any customer is logged in.
            if (loggedIn) routes.RequireAuthorization();
        });
        Assert.Equal(200, await StatusAsync(app, "/base/admin/status", bearer: Token));
        Assert.Equal(401, await StatusAsync(app, "/base/admin/status", bearer: Token + "x"));
        Assert.Equal(401, await StatusAsync(app, "/base/admin/status", user: "customer"));
        Assert.Equal(401, await StatusAsync(app, "/base/admin/status"));
    }

    [Fact]
    public async Task A_policy_on_a_group_above_takes_nothing_of_ours_away()
    {
        await using var app = await StartAsync(app => app.MapGroup("/all").RequireAuthorization("Anybody").MapTidemark());
        Assert.Equal(401, await StatusAsync(app, "/base/all/admin/status", user: "customer"));
    }

    [Fact]
    public async Task A_right_of_ours_that_the_host_defines_is_the_host_s()
    {
        await using var app = await StartAsync(app => app.MapTidemark(), services => services.AddAuthorizationBuilder().AddPolicy("Tidemark.view", policy => policy.RequireUserName("customer")));
        Assert.Equal(200, await StatusAsync(app, "/base/admin/status", user: "customer"));
        Assert.Equal(401, await StatusAsync(app, "/base/admin/db/backups/x/download", user: "customer"));
    }

    [Fact]
    public async Task The_host_s_own_routes_are_as_they_were()
    {
        await using var app = await StartAsync(app => app.MapTidemark());
        using var http = Client(app);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/base/orders") { Headers = { { "X-User", "customer" } } };
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("orders of customer", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(answer.Headers.Contains("X-Frame-Options"));
        foreach (var root in new[] { "/health/live", "/metrics", "/openapi/v1.json" }) Assert.Equal(404, await StatusAsync(app, root));
    }

    [Fact]
    public async Task The_page_of_readiness_says_503_where_backups_cannot_be_made_though_the_check_of_the_host_is_degraded_at_worst()
    {
        await using var app = await StartAsync(app =>
        {
            app.MapTidemark();
            app.MapTidemarkHealth("/backups/health");
        }, services => services.AddHealthChecks().AddTidemark());
        Assert.Equal(503, await StatusAsync(app, "/backups/health/ready"));
    }

    [Fact]
    public async Task Settings_come_from_the_application_and_a_wrong_one_keeps_it_from_starting()
    {
        await using var app = await StartAsync(app => app.MapTidemark());
        var workbench = app.Services.GetRequiredService<Workbench>();
        Assert.Equal((folder.Path, 3), (workbench.Stores.All.Single().Folder, workbench.Options.Retention.Days));
        // A host that nobody told its environment is production.
        Assert.True(workbench.Options.Production);
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(app => app.MapTidemark(), settings: ("Tidemark:RetentionDay", "3")));
        Assert.Contains("there is no setting Tidemark:RetentionDay", wrong.Message, StringComparison.Ordinal);
    }

    private async Task<WebApplication> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? services = null, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder.Path, EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Tidemark:DatabaseUrl"] = "postgresql://nobody@127.0.0.1:1/shop",
            ["Tidemark:BackupDir"] = folder.Path,
            ["Tidemark:RetentionDays"] = "3",
            ["Tidemark:AdminToken"] = Token,
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        // The application's only scheme, which is its default one without being called so.
        builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, HeaderUser>("Header", null);
        builder.Services.AddAuthorizationBuilder().AddPolicy("Dba", policy => policy.RequireUserName("dba")).AddPolicy("Anybody", policy => policy.RequireAuthenticatedUser());
        services?.Invoke(builder.Services);
        builder.Services.AddTidemark(tidemark => tidemark.UseS3().UseAzureBlob().UseSftp());
        var app = builder.Build();
        app.UsePathBase("/base");
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/orders", (HttpContext context) => $"orders of {context.User.Identity?.Name}").RequireAuthorization();
        map(app);
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.Single()) };

    private static async Task<int> StatusAsync(WebApplication app, string path, string? user = null, string? bearer = null)
    {
        using var http = Client(app);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (user is not null) request.Headers.Add("X-User", user);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Believes whoever says who they are.</summary>
    private sealed class HeaderUser(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers["X-User"].ToString() is { Length: > 0 } name
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "Header")), "Header"))
            : AuthenticateResult.NoResult());
    }
}
