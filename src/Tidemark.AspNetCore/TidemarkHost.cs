using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore;

/// <summary>The host that <c>tidemark serve</c> is.</summary>
internal static class TidemarkHost
{
    /// <param name="workbench">What it works with.</param>
    /// <param name="urls">Where it listens.</param>
    public static WebApplication Build(Workbench workbench, string urls)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = workbench.Options.ProjectRoot });
        builder.WebHost.UseUrls(urls);
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSystemd();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        builder.Services.AddTidemark(workbench);
        var app = builder.Build();
        app.MapGet("/health/live", () => "live");
        app.MapTidemark();
        return app;
    }
}
