using Tidemark.Notifications;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>Looks, and tells: what a service does every minute, and a command at its end.</summary>
internal sealed class NoticeDesk
{
    private readonly Workbench workbench;
    private readonly NoticeRunner runner;
    private readonly Lazy<SurveyReader> survey;

    public NoticeDesk(Workbench workbench)
    {
        this.workbench = workbench;
        Channels = NoticeChannels.Of(workbench.Options.Notices, workbench.Clock);
        runner = new NoticeRunner(new IncidentRecorder(workbench.State, [.. Channels.Select(channel => channel.Name)], workbench.Mask, Environment.MachineName, workbench.Clock), new DeliveryRunner(workbench.State, Channels, workbench.Clock));
        JournalAlarm = new JournalAlarm(Channels, workbench.Mask, Environment.MachineName, workbench.Clock);
        survey = new Lazy<SurveyReader>(() => new SurveyReader(workbench.Stores, workbench.Protection, new PruneRun(workbench.Recorder, workbench.Stores, workbench.Options.Retention, workbench.Clock),
            workbench.Options.Objectives, workbench.Options.Database?.Database, workbench.Clock));
    }

    /// <summary>Whom there is to tell.</summary>
    public IReadOnlyList<INoticeChannel> Channels { get; }

    /// <summary>For what cannot be told by the journal.</summary>
    public JournalAlarm JournalAlarm { get; }

    /// <param name="fresh">Something has run since the last look.</param>
    /// <param name="patience">How long to wait for the stores.</param>
    /// <param name="token">Cancels.</param>
    public Task<Survey> LookAsync(bool fresh, TimeSpan patience, CancellationToken token) => survey.Value.ReadAsync(fresh, patience, token);

    /// <param name="found">What is wrong, besides runs that fail.</param>
    /// <param name="heartbeatLimit">Null: the service watches them.</param>
    /// <param name="token">Ends the sending.</param>
    public Task<NoticeReport> TellAsync(Survey found, TimeSpan? heartbeatLimit, CancellationToken token) => runner.RunAsync(found, heartbeatLimit, token);
}
