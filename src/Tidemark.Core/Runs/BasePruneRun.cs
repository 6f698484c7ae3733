using Tidemark.Audit;
using Tidemark.BaseBackups;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Repositories;
using Tidemark.Retention.Bases;
using Tidemark.Storage;

namespace Tidemark.Runs;

/// <summary>Retention of base backups and WAL as people run it: planned from what each store holds now, recorded, audited.</summary>
internal sealed class BasePruneRun(RunRecorder recorder, DumpStores stores, RepositoryKeys keys, RetentionPolicy policy, TimeSpan grace, TimeProvider clock)
{
    /// <summary>Each store and each life of the cluster by itself.</summary>
    /// <returns>What would be done, and a sentence for each store that could not be looked at.</returns>
    public async Task<(IReadOnlyList<BaseOutlook> Outlooks, IReadOnlyList<string> Unseen)> PlanAsync(CancellationToken token)
    {
        var (outlooks, unseen) = (new List<BaseOutlook>(), new List<string>());
        foreach (var store in stores.Objects)
            try
            {
                outlooks.AddRange(await PlanAsync(store, token));
            }
            catch (Fault closed)
            {
                unseen.Add($"base backups could not be looked at: {closed.InOneLine}");
            }
        return (outlooks, unseen);
    }

    /// <summary>Does it, as one run.</summary>
    public Task<IReadOnlyList<BasePruneReport>> RunAsync(IReadOnlyList<BaseOutlook> outlooks, CancellationToken token) => recorder.RecordAsync(RunKind.Prune, IncarnationFolder.DefaultCluster, run => WithinAsync(run, outlooks, token));

    /// <summary>As a part of a run, behind what it has found already.</summary>
    public async Task<IReadOnlyList<BasePruneReport>> WithinAsync(RunContext run, IReadOnlyList<BaseOutlook> outlooks, CancellationToken token)
    {
        var reports = new List<BasePruneReport>();
        foreach (var outlook in outlooks)
        {
            foreach (var remark in outlook.Plan.Remarks) run.Log(remark);
            var report = await RunAsync(outlook, run.Id, token);
            foreach (var line in InWords(report)) run.Log(line);
            reports.Add(report);
        }
        run.Details = run.Details with { Finding = run.Details.Finding ?? FindingOf(reports) };
        return reports;
    }

    /// <summary>Gives one up because somebody asks; it can be restored, and pinned again, until it is swept. What retention holds whatever its rules say (the last good one, a pin) stays.</summary>
    /// <param name="backup">Which.</param>
    /// <param name="why">In the words of whoever asks.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">5: it is held, or it is not ours.</exception>
    public Task<bool> RemoveAsync(StoredBackup backup, string why, CancellationToken token) => recorder.RecordAsync(RunKind.Remove, IncarnationFolder.DefaultCluster, async run =>
    {
        run.Details = new RunDetails { BackupId = backup.Id, Reason = why };
        if (await RunnerOf(backup.Bases.Store).RemoveAsync(backup, why, token) is not { } gone)
        {
            run.Log($"{backup.Id} has expired already");
            return false;
        }
        recorder.Count([Event("DB_BACKUP_EXPIRED", run.Id, gone.Item.Id, why)]);
        run.Log($"expired {backup.Id}: {why}");
        return true;
    });

    /// <summary>After a backup, in the store that got it: whatever becomes of the old ones, it was taken.</summary>
    /// <returns>A sentence for what could not be done.</returns>
    public async Task<IReadOnlyList<string>> AfterBackupAsync(IObjectStore store, string runId, CancellationToken token)
    {
        try
        {
            var held = new List<string>();
            foreach (var outlook in await PlanAsync(store, token))
            {
                var report = await RunAsync(outlook, runId, token);
                recorder.LogAfterwards(runId, InWords(report));
                held.AddRange(report.Held);
            }
            return held;
        }
        catch (Fault failed)
        {
            return [$"old base backups and WAL could not be looked through: {failed.InOneLine}"];
        }
    }

    /// <summary>Null when all is gone that was to go.</summary>
    public static Fault? FindingOf(IReadOnlyList<BasePruneReport> reports) => reports.SelectMany(report => report.Held).ToList() is not { Count: > 0 } held ? null
        : new Fault(FaultCode.Partly, "not all that no base backup needs could be removed") { Why = string.Join("; ", held), Left = "it stays, and the next prune tries again; no backup misses anything", Next = "tidemark prune --dry-run" };

    private async Task<IReadOnlyList<BaseOutlook>> PlanAsync(IObjectStore store, CancellationToken token)
    {
        var (reader, outlooks) = (Reader(), new List<BaseOutlook>());
        foreach (var facts in await reader.ReadAsync(store, token))
        {
            var plan = BaseRetentionPlanner.Plan(facts, policy, clock.GetUtcNow());
            outlooks.Add(new BaseOutlook(store, plan, await new WalSweep(store, facts.Life).LookAsync(plan.Wal, token)));
        }
        return outlooks;
    }

    private async Task<BasePruneReport> RunAsync(BaseOutlook outlook, string runId, CancellationToken token)
    {
        var report = await RunnerOf(outlook.Store).RunAsync(outlook.Plan, token);
        recorder.Count([
            .. report.GivenUp.Select(one => Event("DB_BACKUP_EXPIRED", runId, one.Item.Id, one.Expiry!.Text)),
            .. report.Sweep.Backups.Select(id => Event("DB_BACKUP_PURGED", runId, id, "no rule keeps it, and the grace time is over")),
        ]);
        return report;
    }

    private BasePruneRunner RunnerOf(IObjectStore store) => new(store, Reader(), KnownWriters.Read(stores.State), WriterKey.Ensure(stores.State), policy, grace, recorder.Actor, clock);

    private BaseRetentionReader Reader() => new(keys, KnownWriters.Read(stores.State));

    private AuditEvent Event(string action, string runId, string id, string why) => new()
    {
        At = clock.GetUtcNow(),
        Action = action,
        Outcome = "ok",
        Actor = recorder.Actor,
        Database = IncarnationFolder.DefaultCluster,
        RunId = runId,
        BackupId = id,
        Why = why,
    };

    private static IEnumerable<string> InWords(BasePruneReport report)
    {
        foreach (var one in report.GivenUp) yield return $"expired {one.Item.Id}: {one.Expiry!.Text}";
        foreach (var id in report.Sweep.Backups) yield return $"removed {id}: it had expired";
        foreach (var id in report.Sweep.GivenUp) yield return $"given up {id}: its run was not heard of";
        if (report.Sweep.Packs > 0) yield return $"removed {report.Sweep.Packs} packs, {report.Sweep.Bytes} bytes";
        if (report.Wal.Goes.Count > 0) yield return $"removed {report.Wal.SegmentsGo} segments of WAL, {report.Wal.BytesGo} bytes, {report.Wal.First} to {report.Wal.Last}";
        foreach (var held in report.Held) yield return held;
    }
}

/// <summary>What would become of one life of the cluster in one store.</summary>
/// <param name="Store">Which.</param>
/// <param name="Plan">Of its base backups.</param>
/// <param name="Wal">That would go at once; more goes when the base backups that go are swept.</param>
internal sealed record BaseOutlook(IObjectStore Store, BaseRetentionPlan Plan, WalOutlook Wal);
