using Tidemark.Cli.Output;
using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Notifications;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

/// <summary>What a command's runs give people to hear of is told before it ends: nothing else may run on this machine. What takes longer than 10 s waits in the journal for the next command, or a service.</summary>
internal sealed class NoticesAtExit
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10), LimitOfLook = TimeSpan.FromSeconds(4);

    private readonly Workbench workbench;
    private readonly Terminal terminal;
    private readonly HashSet<RunKind> ended = [];
    private bool isLeft;

    public NoticesAtExit(Workbench workbench, Terminal terminal)
    {
        (this.workbench, this.terminal) = (workbench, terminal);
        workbench.Listen(news =>
        {
            if (news.ExitCode is not null && news.Run.State != RunState.Cancelled && RunKind.Named(news.Run.Kind) is { Repeats: true } kind) ended.Add(kind);
        });
    }

    /// <summary>A service does it.</summary>
    public void Leave() => isLeft = true;

    public async Task RunAsync()
    {
        if (isLeft) return;
        using var limit = new CancellationTokenSource(Limit, workbench.Clock);
        await Task.WhenAll(TellAsync(limit.Token), PingsAsync(limit.Token));
    }

    private async Task TellAsync(CancellationToken token)
    {
        if (ended.Count == 0) return;
        var desk = new NoticeDesk(workbench);
        if (desk.Channels.Count == 0) return;
        try
        {
            var found = ended.Any(kind => kind != RunKind.Heartbeat) ? await LookAsync(desk, token) : new Survey();
            var report = await desk.TellAsync(found, ended.Contains(RunKind.Heartbeat) ? workbench.Options.Heartbeat.Limit : null, token);
            foreach (var words in report.Unsent) terminal.Remark($"warning: {words}; it is tried again by the next command or the service");
        }
        catch (Fault fault)
        {
            terminal.Remark($"warning: nobody was told: {fault.InOneLine}");
        }
    }

    /// <summary>A store that hangs must not take the time for telling.</summary>
    private static async Task<Survey> LookAsync(NoticeDesk desk, CancellationToken token)
    {
        try
        {
            return await desk.LookAsync(fresh: true, LimitOfLook, token);
        }
        catch (Exception unseen) when (unseen is OperationCanceledException or Fault or IOException or UnauthorizedAccessException)
        {
            return new Survey();
        }
    }

    private async Task PingsAsync(CancellationToken token)
    {
        try
        {
            await workbench.Pings.FlushAsync().WaitAsync(token);
        }
        catch (OperationCanceledException)
        {
            terminal.Remark("warning: the monitor of BACKUP_PING_URL had no time to answer");
        }
    }
}
