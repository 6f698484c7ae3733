using Microsoft.Extensions.DependencyInjection;
using Tidemark.Heartbeats;

namespace Tidemark.Hosting;

/// <summary>The service as parts of a host: <c>tidemark serve</c> is such a host, and any application can be one.</summary>
internal static class TidemarkServices
{
    public static IServiceCollection AddTidemark(this IServiceCollection services, Workbench workbench) => services
        .AddSingleton(workbench)
        .AddSingleton<TaskBoard>()
        .AddSingleton<ServiceWatch>()
        .AddSingleton<ServiceMetrics>()
        .AddSingleton<Readiness>()
        .AddHostedService<ServiceMeter>()
        .AddSingleton<ScheduleDesk>()
        .AddHostedService<TaskWorker>()
        .AddHostedService<ScheduleService>()
        .AddSingleton(new HeartbeatWatch(workbench.Options.Heartbeat.Limit, workbench.Clock.GetUtcNow()))
        .AddSingleton<Pulse>()
        .AddHostedService<HeartbeatService>()
        .AddHostedService<NoticeService>()
        .AddHostedService<PulseService>();
}
