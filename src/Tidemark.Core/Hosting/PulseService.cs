using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Notifications;

namespace Tidemark.Hosting;

/// <summary>Calls the monitor of TIDEMARK_PING_URL for as long as the service does its work: what no longer runs cannot say so.</summary>
internal sealed partial class PulseService(Workbench workbench, Pulse pulse, ILogger<PulseService> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5), Unwell = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (workbench.Options.Pings.Service is not { } address) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            var well = pulse.IsWell;
            if (well && await RunPings.PingAsync(address, "", WebPost.Usual, stoppingToken) is { Taken: false } unheard) Unheard(unheard.Words);
            await Task.Delay(well ? Interval : Unwell, workbench.Clock, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "the monitor of TIDEMARK_PING_URL was not told: {Why}")]
    private partial void Unheard(string why);
}
