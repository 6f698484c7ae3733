using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Audit;

namespace Tidemark.Hosting;

/// <summary>Each audit event while the service runs, as the line that it is in the log: also those of commands beside it, which a collector of this process's output would miss.</summary>
/// <param name="workbench">Whose audit log.</param>
/// <param name="output">Where to.</param>
/// <param name="log">Told once when that is not possible.</param>
internal sealed partial class AuditStream(Workbench workbench, TextWriter output, ILogger<AuditStream> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private AuditFollower? follower;
    private PeriodicTimer? timer;
    private Task following = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        follower = new AuditFollower(workbench.State);
        timer = new PeriodicTimer(Look, workbench.Clock);
        following = Task.Run(FollowAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Stopped after what writes events: the last ones are told, too.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        timer!.Dispose();
        await following;
    }

    public void Dispose()
    {
        timer?.Dispose();
        follower?.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            bool more;
            do
            {
                more = await timer!.WaitForNextTickAsync();
                foreach (var line in follower!.Read()) await output.WriteLineAsync(line);
                await output.FlushAsync();
            }
            while (more);
        }
        catch (Exception failed) when (failed is Fault or IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Ends(failed.Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "audit events are not told on stdout any more; they are in the audit log: {Why}")]
    private partial void Ends(string why);
}
