using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tidemark.Drills.MonthPacks;
using Tidemark.Files;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>Brings reports of drills to the wiki and the webhook, whoever made them, until they are there; and packs each month that is over.</summary>
internal sealed partial class EvidenceService(Workbench workbench, ILogger<EvidenceService> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim drilled = new(0);
    private int failures;
    private PackMonth? packed;

    /// <summary>By which settings it works is told before it works.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await GuardedAsync(() =>
        {
            SettingsNote.Take(workbench.Recorder, workbench.State, workbench.Options.Shown, workbench.Clock);
            return Task.FromResult(true);
        }, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        drilled.Dispose();
    }

    /// <summary>After failures in a row: doubles from a minute to an hour.</summary>
    public static TimeSpan Pause(int failures) => Period * Math.Pow(2, Math.Clamp(failures - 1, 0, 10)) is var grown && grown < Longest ? grown : Longest;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        workbench.Listen(news =>
        {
            if (news.ExitCode is not null && news.Run.Kind == RunKind.Drill.Name) drilled.Release();
        });
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var done = await GuardedAsync(() => PublishAsync(stoppingToken), stoppingToken) & await GuardedAsync(PackAsync, stoppingToken);
            failures = done ? 0 : failures + 1;
            await drilled.WaitAsync(Pause(failures), stoppingToken);
            while (drilled.Wait(0, CancellationToken.None)) continue;
        }
    }

    private async Task<bool> PublishAsync(CancellationToken token)
    {
        if (await workbench.Publish(workbench.Recorder).RunAsync(token) is not { } unbrought) return true;
        Unbrought(unbrought);
        return false;
    }

    /// <summary>Of the last month that is over, where drills are scheduled and there is anything to tell.</summary>
    private async Task<bool> PackAsync()
    {
        var month = PackMonth.Before(workbench.Clock.GetUtcNow());
        if (packed == month || !workbench.Options.Schedules.Any(schedule => schedule.IsOfDrills)) return true;
        var path = workbench.Evidence.At(month.FileName);
        if (!File.Exists(path) && MonthRecord.Read(workbench.State, workbench.Evidence, month) is { IsEmpty: false } record)
        {
            PendingFiles.Sweep(workbench.Evidence.Path);
            await workbench.Recorder.RecordMomentAsync(RunKind.Pack, RetentionOutlook.EveryDatabase, new RunDetails { File = path }, () => Task.FromResult(workbench.MonthPacks.Write(path, month, record)));
            Packed(path);
        }
        packed = month;
        return true;
    }

    private async Task<bool> GuardedAsync(Func<Task<bool>> work, CancellationToken token)
    {
        try
        {
            return await work();
        }
#pragma warning disable CA1031 // It is told, in the history of runs too where there is a run, and tried again.
        catch (Exception failed) when (!token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Failed((failed as Fault)?.InOneLine ?? failed.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "reports of drills could not be brought to all places: {Why}")]
    private partial void Unbrought(string why);

    [LoggerMessage(LogLevel.Information, "the month is packed: {Path}")]
    private partial void Packed(string path);

    [LoggerMessage(LogLevel.Error, "evidence could not be kept: {Why}")]
    private partial void Failed(string why);
}
