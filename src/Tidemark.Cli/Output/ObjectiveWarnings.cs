using Tidemark.Cli.Commands;
using Tidemark.Configuration;
using Tidemark.Drills;
using Tidemark.Dumps;

namespace Tidemark.Cli.Output;

/// <summary>Where schedules and retention cannot meet what is asked for, and what would.</summary>
internal static class ObjectiveWarnings
{
    private const int Weeks = 13;

    private static readonly TimeSpan PatienceOfLook = TimeSpan.FromSeconds(10);

    /// <summary>From the longest to the shortest.</summary>
    private static readonly string[] Closer =
        ["@daily", "@every-12h", "@every-8h", "@every-6h", "@every-4h", "@every-3h", "@every-2h", "@hourly", "@every-30m", "@every-20m", "@every-15m", "@every-10m", "@every-5m", "@every-2m", "@every-1m"];

    /// <summary>The stores are looked at where a cost has to be told.</summary>
    public static async Task<IReadOnlyList<string>> LookAsync(Session session, CancellationToken token) =>
        Of(session.Options, CutsDrillsShort(session.Options) ? await NewestAsync(session.Stores, token) : null);

    /// <summary>Pure.</summary>
    /// <param name="options">As they are configured.</param>
    /// <param name="newest">Bytes of the newest good backup of every database together; null: none is known.</param>
    public static IReadOnlyList<string> Of(TidemarkOptions options, long? newest) => [.. new[] { OfSchedules(options), OfRetention(options, newest) }.OfType<string>()];

    private static string? OfSchedules(TidemarkOptions options)
    {
        if (options.Objectives is not { Rpo: { } rpo, RpoIsOfSchedule: false } || options.Wal.IsReceived) return null;
        if (PerDatabase(options).MaxBy(ScheduleOptions.LongestGap) is not { } worst) return null;
        var gap = ScheduleOptions.LongestGap(worst);
        if (gap <= rpo) return null;
        var closer = Closer.FirstOrDefault(cron => ScheduleOptions.LongestGap([worst[0] with { Cron = cron, Expression = CronText.Read(cron, worst[0].Zone).Expression! }]) < rpo);
        var meets = closer is not null ? $"BACKUP_SCHEDULE_CRON={closer} would, where a backup is done by then" : worst[0].Blackout.Count > 0 ? $"no schedule does, with the blackout {string.Join(',', worst[0].Blackout)}" : "no schedule does";
        return $"BACKUP_RPO={new Duration(rpo)} cannot be met: {new Duration(gap)} may lie between two backups of the schedule {string.Join(" and ", worst.Select(schedule => $"\"{schedule.Name}\""))}; {meets}; WAL does, beside a base backup: BACKUP_WAL=receive, or tidemark wal receive";
    }

    /// <summary>The schedules that back up one database, for each that any of them names or means; none where there are none.</summary>
    private static IEnumerable<IReadOnlyList<ScheduleOptions>> PerDatabase(TidemarkOptions options)
    {
        var backups = options.Schedules.Where(schedule => !schedule.IsOfDrills).ToList();
        if (backups.Count == 0) return [];
        bool IsOfEach(ScheduleOptions schedule) => schedule.IsOfCluster || schedule.Databases is [ScheduleOptions.All];
        IReadOnlyList<string> NamesOf(ScheduleOptions schedule) => schedule.Databases.Count > 0 ? schedule.Databases : [options.Database?.Database ?? ""];
        var names = backups.Where(schedule => !IsOfEach(schedule)).SelectMany(NamesOf).Distinct().ToList();
        // Of all databases, some may be named by no other schedule.
        if (names.Count == 0 || backups.Any(schedule => schedule.Databases is [ScheduleOptions.All])) names.Add("");
        return names.Select(name => backups.Where(schedule => IsOfEach(schedule) || NamesOf(schedule).Contains(name)).ToList());
    }

    private static string? OfRetention(TidemarkOptions options, long? newest)
    {
        if (!CutsDrillsShort(options)) return null;
        var reach = ReachOf(options);
        var more = Weeks - (int)(reach.TotalDays / 7);
        var cost = newest is { } bytes ? $"for about {Sizes.InWords(bytes * more)} more in each store ({more} × {Sizes.InWords(bytes)}, as large as the newest are)" : "what that takes is known once a good backup can be looked at";
        return $"drills pick from the backups of {(int)DrillPick.Past.TotalDays} days, and retention ({options.Retention.InWords()}) keeps none that is older than {(int)reach.TotalDays} days; BACKUP_RETENTION_WEEKLY={Weeks} would keep one of each week, {cost}";
    }

    private static bool CutsDrillsShort(TidemarkOptions options) => options.Schedules.Any(schedule => schedule.IsOfDrills) && ReachOf(options) < DrillPick.Past;

    /// <summary>How old the oldest backup may become that any rule keeps.</summary>
    private static TimeSpan ReachOf(TidemarkOptions options)
    {
        var policy = options.Retention;
        var dumps = options.Schedules.Where(schedule => schedule is { IsOfCluster: false, IsOfDrills: false }).ToList();
        // As many as are counted may be of any age where nobody knows when they are taken.
        var counted = policy.Count is not { } count ? TimeSpan.Zero : dumps.Count == 0 ? TimeSpan.MaxValue : ScheduleOptions.LongestGap(dumps) * count;
        var days = new[] { policy.Days, policy.Daily, policy.Weekly * 7, policy.Monthly * 30, policy.Yearly * 365 }.Max() ?? 0;
        return counted > TimeSpan.FromDays(days) ? counted : TimeSpan.FromDays(days);
    }

    /// <summary>Null: there is none, or the stores do not answer, which other commands tell.</summary>
    private static async Task<long?> NewestAsync(DumpStores stores, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(PatienceOfLook);
        try
        {
            var (entries, _) = await stores.LookAsync(limit.Token).WaitAsync(limit.Token);
            var newest = entries.Where(entry => entry.State == DumpState.Good).GroupBy(entry => entry.Database).Select(group => group.MaxBy(entry => entry.Time)!.Size).ToList();
            return newest.Count == 0 ? null : newest.Sum();
        }
        catch (Exception unseen) when (unseen is Fault or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            return null;
        }
    }
}
