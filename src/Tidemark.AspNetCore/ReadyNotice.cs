using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace Tidemark.AspNetCore;

/// <summary>Tells a service manager when the service is ready and when it stops (sd_notify).</summary>
internal static class ReadyNotice
{
    /// <remarks>AddSystemd asks whether systemd itself is the parent, and is silent below a shell, a wrapper or a container's init, where NOTIFY_SOCKET is passed on all the same.</remarks>
    public static void Add(IServiceCollection services)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"))) return;
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton<IHostLifetime, SystemdLifetime>();
    }
}
