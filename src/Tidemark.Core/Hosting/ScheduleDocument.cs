using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Repositories;
using Tidemark.Schedules;

namespace Tidemark.Hosting;

/// <summary>One schedule, in words too. Format base: a base backup; its database is the name of the cluster. Format drill: a drill of a dump.</summary>
internal sealed record ScheduleDocument(string Name, string Cron, string Words, string Zone, string Format, IReadOnlyList<string> Databases, double JitterSeconds, IReadOnlyList<string> Blackout, IReadOnlyList<NextRunDocument> Next, IReadOnlyList<RunDocument> Last)
{
    /// <param name="schedule">Which.</param>
    /// <param name="options">What it does not say itself.</param>
    /// <param name="journal">Of its runs; null: none yet.</param>
    /// <param name="fires">How many of the next times.</param>
    /// <param name="now">The moment.</param>
    public static ScheduleDocument Of(ScheduleOptions schedule, TidemarkOptions options, JournalReader? journal, int fires, DateTimeOffset now)
    {
        IReadOnlyList<string> databases = schedule.IsOfCluster ? [IncarnationFolder.DefaultCluster] : schedule.Databases.Count > 0 ? schedule.Databases : [options.Database?.Database ?? "?"];
        return new(schedule.Name, schedule.Cron, CronWords.Of(schedule.Cron), schedule.Zone.Id, schedule.IsOfDrills ? "drill" : schedule.IsOfCluster ? "base" : schedule.Format ?? options.Format ?? "sql.gz", databases, schedule.Jitter.TotalSeconds,
            [.. schedule.Blackout.Select(window => window.ToString())], [.. NextOf(schedule, fires, now)], [.. databases.SelectMany(database => journal?.LatestRuns(schedule.Name, database).Take(1) ?? []).Select(run => RunDocument.Of(run))]);
    }

    /// <summary>Times that a blackout puts off to one moment are one run.</summary>
    private static IEnumerable<NextRunDocument> NextOf(ScheduleOptions schedule, int fires, DateTimeOffset now)
    {
        NextRunDocument? last = null;
        for (var due = schedule.Next(now); due is { } at && fires > 0; due = schedule.Next(at))
        {
            var begins = SchedulePlan.Start(schedule, Environment.MachineName, at);
            if (last is not null && begins > last.Begins)
            {
                yield return last;
                fires--;
            }
            last = new NextRunDocument(at, begins);
        }
    }
}

/// <summary>A time of a schedule, and when its run begins: later by jitter or blackout.</summary>
internal sealed record NextRunDocument(DateTimeOffset Due, DateTimeOffset Begins);
