using Microsoft.Extensions.Logging;
using Npgsql;
using Tidemark.Audit;
using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Repositories;
using Tidemark.Restores;
using Tidemark.Runs;
using Tidemark.Schedules;

namespace Tidemark.Hosting;

/// <summary>Looks at each schedule, decides from the journal what is due, and asks for it. Looking twice does nothing twice.</summary>
internal sealed partial class ScheduleDesk(Workbench workbench, TaskBoard board, ILogger<ScheduleDesk> log) : IDisposable
{
    private const string Actor = "schedule";

    private readonly SemaphoreSlim one = new(1);
    private readonly Dictionary<string, IReadOnlyList<string>> listed = [];
    private readonly Dictionary<(string, string), string> told = [];

    /// <summary>All schedules, one after the other. What fails is told, and is looked at again the next time.</summary>
    public async Task LookAsync(CancellationToken token)
    {
        await one.WaitAsync(token);
        try
        {
            foreach (var schedule in workbench.Options.Schedules) await GuardedAsync(schedule, token);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    /// <summary>One schedule that cannot be followed must not hold up the others.</summary>
    private async Task GuardedAsync(ScheduleOptions schedule, CancellationToken token)
    {
        try
        {
            await LookAsync(schedule, token);
        }
        catch (Exception failed) when (failed is Fault or FormatException)
        {
            NotLooked(schedule.Name, (failed as Fault)?.InOneLine ?? failed.Message);
        }
    }

    private async Task LookAsync(ScheduleOptions schedule, CancellationToken token)
    {
        var isAll = !schedule.IsOfCluster && schedule.Databases is [ScheduleOptions.All];
        if (isAll && !listed.ContainsKey(schedule.Name)) listed[schedule.Name] = await ListAsync(schedule, token);
        var databases = schedule.IsOfCluster ? [IncarnationFolder.DefaultCluster] : isAll ? listed[schedule.Name] : schedule.Databases is [] ? [workbench.Database.Database] : schedule.Databases;
        var plans = databases.Select(database => (Database: database, Plan: PlanOf(schedule, database))).ToList();
        if (isAll && plans.Any(one => one.Plan is { Step: ScheduleStep.Begin, Attempt: 1 }))
        {
            // Databases come and go between two times of a schedule.
            listed[schedule.Name] = await ListAsync(schedule, token);
            plans = [.. listed[schedule.Name].Select(database => (database, PlanOf(schedule, database)))];
        }
        foreach (var (database, plan) in plans) Act(schedule, database, plan, plans.Count > 1);
    }

    private SchedulePlan PlanOf(ScheduleOptions schedule, string database)
    {
        var now = workbench.Clock.GetUtcNow();
        using var journal = RunJournal.Open(workbench.State);
        var row = journal.KnowSchedule(schedule.Name, database, $"{schedule.Cron} {schedule.Zone.Id}", now);
        var memory = new ScheduleMemory(row, journal.LatestRuns(schedule.Name, database)).Living(id => RunContext.IsOver(workbench.State, id, workbench.Clock));
        return SchedulePlan.Of(schedule, memory, Environment.MachineName, now);
    }

    private void Act(ScheduleOptions schedule, string database, SchedulePlan plan, bool oneOfSeveral)
    {
        switch (plan.Step)
        {
            case ScheduleStep.Begin:
                Begin(schedule, database, plan, oneOfSeveral);
                break;
            case ScheduleStep.Skip:
                Skip(schedule, database, plan);
                break;
            default:
                TellOnce(schedule, database, plan);
                break;
        }
    }

    private void Begin(ScheduleOptions schedule, string database, SchedulePlan plan, bool oneOfSeveral)
    {
        var run = board.Enqueue(new TaskRequest
        {
            Kind = (schedule.IsOfDrills ? RunKind.Drill : schedule.IsOfCluster ? RunKind.BaseBackup : RunKind.Backup).Name,
            Database = database,
            Format = schedule.IsOfDrills || schedule.IsOfCluster ? null : schedule.Format ?? workbench.Options.Format ?? "sql.gz",
            OneOfSeveral = oneOfSeveral,
            Schedule = schedule.Name,
            DueAt = plan.Due,
        }, Actor);
        Begins(schedule.Name, database, plan.Due.UtcDateTime, run.Id, plan.Words);
    }

    private void Skip(ScheduleOptions schedule, string database, SchedulePlan plan)
    {
        using (var journal = RunJournal.Open(workbench.State)) journal.SettleSchedule(schedule.Name, database, plan.Due);
        Skips(schedule.Name, database, plan.Due.UtcDateTime, plan.Words);
        workbench.Recorder.Count([new AuditEvent
        {
            At = workbench.Clock.GetUtcNow(),
            Action = schedule.IsOfDrills ? "DB_DRILL_SKIPPED" : "DB_BACKUP_SKIPPED",
            Outcome = "skipped",
            Actor = Actor,
            Database = database,
            Schedule = schedule.Name,
            Why = plan.Words,
        }]);
    }

    private void TellOnce(ScheduleOptions schedule, string database, SchedulePlan plan)
    {
        var words = $"{plan.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: {plan.Words}";
        if (told.TryGetValue((schedule.Name, database), out var before) && before == words) return;
        told[(schedule.Name, database)] = words;
        Waits(schedule.Name, database, words);
    }

    /// <summary>Where the server cannot be asked: those known so far, so that what fails is a run that everybody sees.</summary>
    private async Task<IReadOnlyList<string>> ListAsync(ScheduleOptions schedule, CancellationToken token)
    {
        try
        {
            return Known(schedule, (await ServerDatabases.ReadAsync(workbench.Database, token)).Names);
        }
        catch (Exception failed) when (failed is Fault or NpgsqlException)
        {
            NotListed(schedule.Name, (failed as Fault)?.InOneLine ?? failed.Message);
            using var journal = RunJournal.Open(workbench.State);
            return journal.DatabasesOfSchedule(schedule.Name) is { Count: > 0 } known ? known : [workbench.Database.Database];
        }
    }

    /// <summary>One that was dropped is not fallen back to when the server cannot be asked later.</summary>
    private IReadOnlyList<string> Known(ScheduleOptions schedule, IReadOnlyList<string> names)
    {
        using var journal = RunJournal.Open(workbench.State);
        journal.ForgetScheduled(schedule.Name, names);
        return names;
    }

    [LoggerMessage(LogLevel.Information, "schedule {Schedule} of \"{Database}\" asks for run {Run}, due {Due:yyyy-MM-dd HH:mm:ss}Z: {Words}")]
    private partial void Begins(string schedule, string database, DateTime due, string run, string words);

    [LoggerMessage(LogLevel.Warning, "schedule {Schedule} of \"{Database}\" passes over {Due:yyyy-MM-dd HH:mm:ss}Z: {Words}")]
    private partial void Skips(string schedule, string database, DateTime due, string words);

    [LoggerMessage(LogLevel.Information, "schedule {Schedule} of \"{Database}\" waits until {Words}")]
    private partial void Waits(string schedule, string database, string words);

    [LoggerMessage(LogLevel.Error, "schedule {Schedule}: the databases of the server are not known: {Why}")]
    private partial void NotListed(string schedule, string why);

    [LoggerMessage(LogLevel.Error, "schedule {Schedule} could not be looked at: {Why}")]
    private partial void NotLooked(string schedule, string why);
}
