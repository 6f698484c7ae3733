using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Tidemark.AspNetCore.Health;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore;

/// <summary>The host that <c>tidemark serve</c> is.</summary>
internal static class TidemarkHost
{
    /// <param name="workbench">What it works with.</param>
    /// <param name="urls">Where it listens.</param>
    /// <param name="audit">Each audit event, a line each.</param>
    /// <param name="jsonLogs">Logs as JSON; else as lines for people.</param>
    public static WebApplication Build(Workbench workbench, string urls, TextWriter audit, bool jsonLogs)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = workbench.Options.ProjectRoot });
        builder.WebHost.UseUrls(urls);
        ServiceLog.Set(builder.Logging, jsonLogs);
        ReadyNotice.Add(builder.Services);
        // Started first, so stopped last: what ends with the service is told, too.
        builder.Services.AddHostedService(services => new AuditStream(workbench, audit, services.GetRequiredService<ILogger<AuditStream>>()));
        builder.Services.AddHealthChecks().AddTidemark(HealthStatus.Unhealthy);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        builder.Services.AddTidemark(workbench);
        var app = builder.Build();
        app.MapTidemarkHealth();
        app.MapTidemarkMetrics();
        app.MapTidemark();
        return app;
    }
}
