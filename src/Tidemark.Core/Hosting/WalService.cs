using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Runs;
using Tidemark.Wal.Receiving;

namespace Tidemark.Hosting;

/// <summary>Receives WAL while the service runs, where BACKUP_WAL says so. What ends it is a failed run, and it begins again.</summary>
internal sealed partial class WalService(Workbench workbench, ILogger<WalService> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private string? ended;

    /// <summary>Null: WAL is not received here.</summary>
    public WalIntake? Intake { get; private set; }

    /// <summary>Why nothing is received; null: it is, or nothing has gone wrong yet.</summary>
    public string? Failure => ended ?? Intake?.State.Report.Failure;

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
                ended = null;
                await workbench.Recorder.RecordAsync(RunKind.WalReceive, address.Database, async run =>
                {
                    using var both = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, run.Stop);
                    await intake.RunAsync(system, size, both.Token);
                    run.Stop.ThrowIfCancellationRequested();
                    return true;
                });
            }
            catch (Fault asked) when (asked.Code == FaultCode.Stopped && !stoppingToken.IsCancellationRequested)
            {
                // Whoever asks this run to stop gets a new one: the setting says that WAL is received.
            }
#pragma warning disable CA1031 // Whatever ended it is recorded and told; WAL must go on being received.
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                ended = (failed as Fault)?.InOneLine ?? failed.Message;
                Ended(ended, Pause.TotalSeconds);
                await Task.Delay(Pause, workbench.Clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "WAL: {Text}")]
    private partial void Told(string text);

    [LoggerMessage(LogLevel.Error, "WAL is not received: {Why}; again in {Seconds:0} s")]
    private partial void Ended(string why, double seconds);
}
