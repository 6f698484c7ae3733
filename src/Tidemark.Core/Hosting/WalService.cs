using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Runs;
using Tidemark.Wal.Receiving;

namespace Tidemark.Hosting;

/// <summary>Receives WAL while the service runs, where BACKUP_WAL says so. What ends it is a failed run, and it begins again.</summary>
internal sealed partial class WalService(Workbench workbench, ILogger<WalService> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>Null: WAL is not received here.</summary>
    public WalIntake? Intake { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (!workbench.Options.Wal.IsReceived || workbench.Options.Database is not { } address) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var intake = Intake = new WalIntake(address, workbench.State, workbench.Options.Wal, workbench.Stores.Objects, workbench.Keys, workbench.Clock, Told);
                // Not a run yet: a server that is down makes no failed one each half minute.
                var (system, size) = await intake.AskAsync(stoppingToken);
                await workbench.Recorder.RecordAsync(RunKind.WalReceive, address.Database, async _ =>
                {
                    await intake.RunAsync(system, size, stoppingToken);
                    return true;
                });
            }
#pragma warning disable CA1031 // Whatever ended it is recorded and told; WAL must go on being received.
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Ended((failed as Fault)?.InOneLine ?? failed.Message, Pause.TotalSeconds);
                await Task.Delay(Pause, workbench.Clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "WAL: {Text}")]
    private partial void Told(string text);

    [LoggerMessage(LogLevel.Error, "WAL is not received: {Why}; again in {Seconds:0} s")]
    private partial void Ended(string why, double seconds);
}
