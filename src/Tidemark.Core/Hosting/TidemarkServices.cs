using Microsoft.Extensions.DependencyInjection;

namespace Tidemark.Hosting;

/// <summary>The service as parts of a host: <c>tidemark serve</c> is such a host, and any application can be one.</summary>
internal static class TidemarkServices
{
    public static IServiceCollection AddTidemark(this IServiceCollection services, Workbench workbench) => services
        .AddSingleton(workbench)
        .AddSingleton<TaskBoard>()
        .AddSingleton<ScheduleDesk>()
        .AddHostedService<TaskWorker>()
        .AddHostedService<ScheduleService>();
}
