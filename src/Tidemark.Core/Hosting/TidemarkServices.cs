using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Configuration;
using Tidemark.Heartbeats;

namespace Tidemark.Hosting;

/// <summary>The service as parts of a host: <c>tidemark serve</c> is such a host, and any application can be one.</summary>
internal static partial class TidemarkServices
{
    /// <param name="services">The host's.</param>
    /// <param name="workbench">Made when the first part wants it.</param>
    public static IServiceCollection AddTidemarkParts(this IServiceCollection services, Func<IServiceProvider, Workbench> workbench) => services
        .AddSingleton(workbench)
        .AddHostedService<FolderHold>()
        .AddSingleton<TaskBoard>()
        .AddSingleton<UploadFolder>()
        .AddSingleton<ServiceWatch>()
        .AddSingleton<ServiceMetrics>()
        .AddSingleton<Readiness>()
        .AddHostedService<ServiceMeter>()
        .AddSingleton<ScheduleDesk>()
        .AddHostedService<TaskWorker>()
        .AddHostedService<ScheduleService>()
        .AddSingleton(provider => WatchOf(provider.GetRequiredService<Workbench>()))
        .AddSingleton<Pulse>()
        .AddSingleton<WalService>()
        .AddHostedService(provider => provider.GetRequiredService<WalService>())
        .AddSingleton<WalWatch>()
        .AddSingleton<BaseWatch>()
        .AddSingleton(provider => new StandbyWatch(provider.GetRequiredService<Workbench>().Clock))
        .AddHostedService<StandbyService>()
        .AddHostedService<HeartbeatService>()
        .AddHostedService<EvidenceService>()
        .AddHostedService<NoticeService>()
        .AddHostedService<PulseService>();

    /// <summary>By the host's own configuration and environment.</summary>
    /// <exception cref="InvalidOperationException">It cannot be worked by; the message says all that is wrong.</exception>
    public static Workbench WorkbenchOf(IServiceProvider services, TidemarkBuilder builder)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "", StringComparer.Ordinal);
        var host = services.GetRequiredService<IHostEnvironment>();
        // A host that was told nothing is production, and so are its databases; what was said to be production is not taken back.
        if (!ProductionWords.Include(environment.GetValueOrDefault("DOTNET_ENVIRONMENT"))) environment["DOTNET_ENVIRONMENT"] = host.EnvironmentName;
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger("Tidemark");
        try
        {
            var settings = ConfigurationReader.Read(host.ContentRootPath, environment, new Dictionary<string, string>(), new HostSection(services.GetRequiredService<IConfiguration>()));
            return new Workbench(settings.Options.OfService(), builder.Openers, environment.GetValueOrDefault("PATH"), text => Remark(log, text));
        }
        catch (Fault wrong)
        {
            throw new InvalidOperationException($"Tidemark cannot start: {wrong.InOneLine}{(wrong.Next is { } next ? $"; next: {next}" : "")}", wrong);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Text}")]
    private static partial void Remark(ILogger log, string text);

    private static HeartbeatWatch WatchOf(Workbench workbench) => new(workbench.Options.Heartbeat.Limit, workbench.Clock.GetUtcNow());
}
