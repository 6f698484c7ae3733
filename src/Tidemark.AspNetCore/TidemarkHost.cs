using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.AspNetCore.Health;
using Tidemark.AspNetCore.Problems;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore;

/// <summary>The host that <c>tidemark serve</c> is: an application that embeds Tidemark, and nothing else.</summary>
internal static class TidemarkHost
{
    /// <param name="workbench">What it works with.</param>
    /// <param name="options">How it is reached, and how it logs.</param>
    /// <param name="audit">Each audit event, a line each.</param>
    public static WebApplication Build(Workbench workbench, ServeOptions options, TextWriter audit)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = workbench.Options.ProjectRoot });
        // The project's own appsettings.json is another application's: its addresses and hosts are not ours.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        // What service managers wait for at most, less a little: a dump that is cut off is tidied up before.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(100));
        builder.WebHost.UseUrls(options.Urls).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        ServiceLog.Set(builder.Logging, options.JsonLogs);
        ReadyNotice.Add(builder.Services);
        // Started first, so stopped last: what ends with the service is told, too.
        builder.Services.AddHostedService(services => new AuditStream(workbench, audit, services.GetRequiredService<ILogger<AuditStream>>()));
        builder.Services.AddHealthChecks().AddTidemark(HealthStatus.Unhealthy);
        builder.Services.AddTidemarkOn(_ => workbench);
        builder.Services.AddRateLimiter(RequestRates.Limit);
        ApiDescription.Add(builder.Services);
        var app = builder.Build();
        if (options.Proxies.Count > 0) app.UseForwardedHeaders(Believing(options));
        HostProblems.Use(app);
        if (options.PathBase is not null) app.UsePathBase(options.PathBase);
        app.Use((context, next) =>
        {
            SecurityHeaders.Set(context.Response);
            return next(context);
        });
        HeadRequests.Use(app);
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapTidemarkHealth();
        app.MapTidemarkMetrics();
        app.MapOpenApi();
        app.MapTidemark();
        return app;
    }

    private static ForwardedHeadersOptions Believing(ServeOptions options)
    {
        var believing = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedPrefix };
        believing.KnownIPNetworks.Clear();
        believing.KnownProxies.Clear();
        foreach (var proxy in options.Proxies) believing.KnownProxies.Add(proxy);
        return believing;
    }
}
