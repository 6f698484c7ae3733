using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Files;
using Tidemark.Storage;

namespace Tidemark.Hosting;

/// <summary>The folders of the backups and of their history are made at the start of the service, and not again while it runs: one that is gone by then was removed or unmounted.</summary>
internal sealed partial class FolderHold(Workbench workbench, ILogger<FolderHold> log) : IHostedService, IDisposable
{
    private readonly List<IDisposable> held = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var folder in workbench.Options.Stores.Where(store => store.Kind == StoreKind.Folder).Select(store => store.Path).Append(workbench.State))
        {
            try
            {
                PrivateFolder.Ensure(folder);
                held.Add(HeldFolders.Hold(folder));
            }
            catch (Fault unusable)
            {
                NotThere(unusable.InOneLine);
            }
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var folder in held) folder.Dispose();
    }

    [LoggerMessage(LogLevel.Error, "a folder that is worked in cannot be used: {Why}")]
    private partial void NotThere(string why);
}
