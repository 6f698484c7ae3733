using Tidemark.Journal;
using Tidemark.Notifications;
using Tidemark.Protection;
using Tidemark.Runs;
using Tidemark.Telemetry;

namespace Tidemark.Hosting;

/// <summary>What <c>tidemark metrics</c> prints, and what only a service knows.</summary>
internal sealed class ServiceMetrics(Workbench workbench, TaskBoard board, ServiceWatch watch, WalWatch wal, BaseWatch bases, StandbyWatch standbys)
{
    /// <summary>Within a few seconds, whatever hangs: what is not known is left out, ages of what was seen go on.</summary>
    public async Task<IReadOnlyList<MetricFamily>> ReadAsync(CancellationToken token)
    {
        // Side by side: each may take its whole patience.
        var (log, servers, journal) = (wal.SeeAsync(token), bases.SeeAsync(token), await watch.JournalAsync(token));
        var (stores, server) = (await watch.StoresAsync(journal, token), await watch.ServerAsync(token));
        var now = workbench.Clock.GetUtcNow();
        var report = watch.Judge(stores, journal) ?? new ProtectionReport(now, [], []);
        var known = journal.IsWhole ? journal.Found! : new JournalSeen(new RunHistory(), new EventTally(new Dictionary<(string, string), long>(), "the journal does not answer"), null, null);
        return
        [
            .. ProtectionMetrics.Of(report, known.History, known.Tally, workbench.Options.Database?.Database),
            new("tidemark_heartbeat_age_seconds", "gauge", "Age of the latest heartbeat that this program wrote; absent when it wrote none.",
                [.. known.History.LastSucceeded.Where(run => run.Kind == RunKind.Heartbeat.Name).Select(run => new MetricSample([new("cluster", "default"), new("database", run.Database)], Math.Max(0, (now - run.StartedAt).TotalSeconds)))]),
            new("tidemark_database_reachable", "gauge", "1 while the server of DATABASE_URL lets us in; one that hangs is 0.", workbench.Options.Database is { } address ? [new MetricSample([new("cluster", "default"), new("database", address.Database)], server.IsWhole ? 1 : 0)] : []),
            new("tidemark_run_running_seconds", "gauge", "How long the run that runs now has been running; absent when none runs.",
                [.. known.History.Running.Where(run => !RunContext.IsOver(workbench.State, run.Id, workbench.Clock)).GroupBy(run => (run.Kind, run.Database)).Select(runs => new MetricSample([new("cluster", "default"), new("database", runs.Key.Database), new("run", runs.Key.Kind)], Math.Max(0, (now - runs.Min(run => run.StartedAt)).TotalSeconds)))]),
            new("tidemark_queue_length", "gauge", "Tasks that wait for their turn.", known.Waiting is { } waiting ? [new MetricSample([], waiting)] : []),
            new("tidemark_worker_alive", "gauge", "1 while the loop that takes one task after the other goes round.", [new MetricSample([], board.IsWorked ? 1 : 0)]),
            new("tidemark_journal_readable", "gauge", "1 when the journal was read just now.", [new MetricSample([], journal.IsWhole && known.History.Finding is null ? 1 : 0)]),
            new("tidemark_store_reachable", "gauge", "1 for a store that the latest look could read; a store that hangs is 0.", [.. Stores(stores)]),
            new("tidemark_store_look_age_seconds", "gauge", "Age of the latest look at the stores that succeeded: what is said of backups is as old; absent when none has.",
                stores.At is { } at ? [new MetricSample([], Math.Max(0, (now - at).TotalSeconds))] : []),
            .. WalMetrics.Of(await log, workbench.Options.Wal.Slot, now),
            .. await servers is { Count: > 0 } standings ? BaseMetrics.Of(standings, now) : [],
            .. StandbyMetrics.Of(standbys.Sights),
            .. known.Notices is { } notices ? NoticeMetrics.Of(notices, now) : [],
            new("tidemark_build_info", "gauge", "1; the version is in the label.", [new MetricSample([new("version", Instruments.Version)], 1)]),
        ];
    }

    private IEnumerable<MetricSample> Stores(Seen<StoresSeen> seen) => workbench.Options.Stores.Select((address, number) =>
        new MetricSample([new("store", address.ToString())], seen.IsWhole && !seen.Found!.Each[number].IsClosed ? 1 : 0));
}
