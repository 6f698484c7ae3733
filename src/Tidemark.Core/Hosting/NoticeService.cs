using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Heartbeats;
using Tidemark.Notifications;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>Every minute, and after every run: what should people hear of, and has everybody heard?</summary>
internal sealed partial class NoticeService(Workbench workbench, HeartbeatWatch heartbeats, WalWatch wal, BaseWatch bases, StandbyWatch standbys, Pulse pulse, ILogger<NoticeService> log) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly NoticeDesk desk = new(workbench);
    private readonly GoneDatabases gone = new(workbench);
    private readonly SemaphoreSlim ran = new(0);
    private readonly HashSet<string> unsent = [];

    /// <summary>Short limits, as in a test, want shorter looks.</summary>
    private TimeSpan Period => Shorter(Shorter(TimeSpan.FromMinutes(1), workbench.Options.Heartbeat.Limit / 3), (wal.Limit ?? TimeSpan.MaxValue) / 3);

    public override void Dispose()
    {
        base.Dispose();
        ran.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // After this, a run that ends rings; before it, there was no service to run one.
        workbench.Listen(news =>
        {
            // Heartbeats change nothing in the stores, and have a watch of their own.
            if (news.ExitCode is not null && news.Run.Kind != RunKind.Heartbeat.Name) ran.Release();
        });
        await Task.Yield();
        for (var fresh = true; !stoppingToken.IsCancellationRequested; fresh = await ran.WaitAsync(Period, stoppingToken))
        {
            while (ran.Wait(0, CancellationToken.None)) fresh = true;
            await RoundAsync(fresh, stoppingToken);
        }
    }

    private async Task RoundAsync(bool fresh, CancellationToken token)
    {
        try
        {
            var found = await FoundAsync(fresh, token);
            if (workbench.Options.Database is { } address) found = found.And(HeartbeatConditions.Of(heartbeats.Judge(workbench.Clock.GetUtcNow()), address.Database, workbench.Options.Heartbeat.Limit));
            found = found.And(await wal.SurveyAsync(token)).And(await bases.SurveyAsync(token)).And(standbys.Survey());
            var report = await TellAsync(found, token);
            foreach (var incident in report.Changed) Told(incident.OverAt is null ? "open" : "over", incident.Cause, incident.Database, incident.Text);
            // An outage is a line of the log, not one a minute.
            foreach (var words in report.Unsent.Where(unsent.Add)) Unsent(words);
            if (report.Unsent.Count == 0) unsent.Clear();
            pulse.Report("notices", true);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // A round that fails is told, also to the monitor by a ping that does not come; the next one has its turn.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            pulse.Report("notices", false);
            Failed((failed as Fault)?.InOneLine ?? failed.Message);
        }
    }

    private async Task<NoticeReport> TellAsync(Survey found, CancellationToken token)
    {
        try
        {
            var report = await desk.TellAsync(found, null, token);
            await desk.JournalAlarm.RunAsync(null, token);
            return report;
        }
        catch (Fault unrecorded)
        {
            await desk.JournalAlarm.RunAsync(unrecorded, token);
            throw;
        }
    }

    /// <summary>Runs that failed are told of, and what waits is sent, also where the rest cannot be looked at.</summary>
    private async Task<Survey> FoundAsync(bool fresh, CancellationToken token)
    {
        try
        {
            foreach (var database in await gone.EndAsync(token)) Gone(database);
            return await desk.LookAsync(fresh, Patience, token);
        }
        catch (Fault unseen)
        {
            Failed(unseen.InOneLine);
            return new Survey();
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(LogLevel.Warning, "incident {State}: {Cause} \"{Database}\": {Text}")]
    private partial void Told(string state, string cause, string database, string text);

    [LoggerMessage(LogLevel.Warning, "the database \"{Database}\" does not exist any more, and no backup of it is kept: nothing is told of it from here on")]
    private partial void Gone(string database);

    [LoggerMessage(LogLevel.Error, "{Words}")]
    private partial void Unsent(string words);

    [LoggerMessage(LogLevel.Error, "what people should hear of cannot be found out: {Why}")]
    private partial void Failed(string why);
}
