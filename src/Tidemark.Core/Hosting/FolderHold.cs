using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tidemark.Hosting;

/// <summary>Holds the folders of the backups and of their history while the service runs.</summary>
internal sealed partial class FolderHold(Workbench workbench, ILogger<FolderHold> log) : IHostedService, IDisposable
{
    private WorkFolders? held;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        held = WorkFolders.Hold(workbench, NotThere);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => held?.Dispose();

    [LoggerMessage(LogLevel.Error, "a folder that is worked in cannot be used: {Why}")]
    private partial void NotThere(string why);
}
