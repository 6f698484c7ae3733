using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using Quartz.Extensibility;
using Tidemark.Files;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>Quartz, which says when to look; what is due then is decided by the desk, and done by the task worker.</summary>
internal sealed partial class ScheduleService(Workbench workbench, ScheduleDesk desk, Pulse pulse, ILogger<ScheduleService> log) : IHostedService, IAsyncDisposable
{
    /// <summary>Between the times of the schedules: retries, ends of blackouts, a clock that was set, a machine that slept.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    private StandaloneSchedulerFactory? factory;
    private FileLock? single;
    private bool toldOfOther;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (workbench.Options.Schedules.Count == 0)
        {
            Nothing();
            return;
        }
        factory = QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.ConfigureScheduler(scheduler => scheduler.InstanceName = "tidemark");
            quartz.UseDefaultThreadPool(1);
            quartz.UseInMemoryStore();
            quartz.UseTimeProvider(workbench.Clock);
            quartz.UseJobFactory(new Jobs(LookAsync));
        }).Build();
        var scheduler = await factory.GetScheduler(cancellationToken);
        foreach (var schedule in workbench.Options.Schedules)
            // A time that passed while nothing fired is one look, not one a time: the desk knows which were missed.
            await scheduler.ScheduleJob(JobOf(schedule.Name), TriggerBuilder.Create(workbench.Clock).WithIdentity(schedule.Name).WithOverlapPolicy(OverlapPolicy.Skip)
                .WithSchedule(CronScheduleBuilder.Create(schedule.Expression).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)).Build(), cancellationToken: cancellationToken);
        await scheduler.ScheduleJob(JobOf("between"), TriggerBuilder.Create(workbench.Clock).WithIdentity("look", "between").WithOverlapPolicy(OverlapPolicy.Skip).StartNow()
            .WithSchedule(SimpleScheduleBuilder.Create().WithInterval(Look).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithExistingCount)).Build(), cancellationToken: cancellationToken);
        await scheduler.Start(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (factory is not null) await (await factory.GetScheduler(cancellationToken)).Shutdown(waitForJobsToComplete: true, cancellationToken);
        single?.Dispose();
        single = null;
    }

    public async ValueTask DisposeAsync()
    {
        single?.Dispose();
        if (factory is not null) await factory.DisposeAsync();
    }

    private static IJobDetail JobOf(string name) => JobBuilder.Create<LookJob>().WithIdentity(name, name == "between" ? "between" : "schedules").DisallowConcurrentExecution().Build();

    /// <summary>What fails must not end the firing: it is told, and the next look is a few seconds away.</summary>
    private async Task LookAsync(CancellationToken token)
    {
        try
        {
            single ??= SchedulerLock.TryAcquire(workbench.State, workbench.Clock);
            if (single is not null) await desk.LookAsync(token);
            else if (!toldOfOther) Other(workbench.State);
            toldOfOther = single is null;
            pulse.Report("schedules", true);
        }
#pragma warning disable CA1031 // See above.
        catch (Exception failed) when (!token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            pulse.Report("schedules", false);
            NotLooked((failed as Fault)?.InOneLine ?? failed.ToString());
        }
    }

    [LoggerMessage(LogLevel.Information, "no schedule is set (BACKUP_SCHEDULE_CRON=none): nothing runs by itself")]
    private partial void Nothing();

    [LoggerMessage(LogLevel.Warning, "another service follows the schedules of {State}: this one takes over when it ends")]
    private partial void Other(string state);

    [LoggerMessage(LogLevel.Error, "the schedules could not be looked at: {Why}")]
    private partial void NotLooked(string why);

    /// <summary>Made here, and by no container: nothing is found by reflection.</summary>
    private sealed class Jobs(Func<CancellationToken, Task> look) : IJobFactory
    {
        public ValueTask<JobScope> CreateJob(TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancellationToken) => new(new JobScope(new LookJob(look)));

        public ValueTask ReturnJob(JobScope scope, CancellationToken cancellationToken) => default;
    }

    private sealed class LookJob(Func<CancellationToken, Task> look) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await look(cancellationToken);
    }
}
