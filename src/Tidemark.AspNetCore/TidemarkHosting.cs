using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Tidemark.AspNetCore.Access;
using Tidemark.AspNetCore.Api;
using Tidemark.AspNetCore.Requests;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore;

/// <summary>Tidemark as a part of an application.</summary>
public static class TidemarkHosting
{
    /// <summary>Takes Tidemark into an application: its tasks run in this process. Settings come from the configuration of the application, section
    /// <c>Tidemark</c>, and, stronger, from the environment: <c>DATABASE_URL</c>, <c>BACKUP_DIR</c> and the others.</summary>
    /// <example><code>builder.Services.AddTidemark(tidemark => tidemark.UseS3());</code></example>
    /// <param name="services">The application's.</param>
    /// <param name="configure">Stores besides folders; null: folders only.</param>
    public static IServiceCollection AddTidemark(this IServiceCollection services, Action<TidemarkBuilder>? configure = null)
    {
        var builder = new TidemarkBuilder();
        configure?.Invoke(builder);
        return services.AddTidemarkOn(provider => TidemarkServices.WorkbenchOf(provider, builder));
    }

    internal static IServiceCollection AddTidemarkOn(this IServiceCollection services, Func<IServiceProvider, Workbench> workbench)
    {
        services.AddTidemarkParts(workbench).AddSingleton<UploadReader>().AddSingleton<DownloadBook>();
        // Last: what the application says of its own types comes first.
        services.Configure<JsonOptions>(json => json.SerializerOptions.TypeInfoResolverChain.Add(ApiJson.Default));
        TidemarkAccess.Add(services);
        return services;
    }
}
