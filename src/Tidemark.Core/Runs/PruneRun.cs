using Tidemark.Audit;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Protection;
using Tidemark.Retention;

namespace Tidemark.Runs;

/// <summary>Retention as people run it: planned from what the folder holds now, recorded, every removal audited.</summary>
internal sealed class PruneRun(RunRecorder recorder, DumpFolder folder, RetentionPolicy policy, TimeProvider clock)
{
    /// <param name="database">Only this one; null: every database in the folder.</param>
    public RetentionPlan Plan(string? database)
    {
        var items = new DumpCatalog(folder).All().Where(entry => database is null || entry.Database == database).Select(ItemOf);
        return RetentionPlanner.Plan(items, policy, clock.GetUtcNow());
    }

    private static RetentionItem ItemOf(DumpEntry entry)
    {
        var (proof, finding) = ProofMarkReader.Read(entry);
        return new RetentionItem(entry, Pins.Of(entry), proof?.ProvenAt, finding);
    }

    public Task<IReadOnlyList<PruneOutcome>> RunAsync(RetentionPlan plan, string? database) => recorder.RecordAsync(RunKind.Prune, database ?? "all", run =>
    {
        foreach (var remark in plan.Groups.SelectMany(group => group.Remarks.Select(remark => $"{group.InWords}: {remark}"))) run.Log(remark);
        var outcomes = Remove(plan.Goes, run.Id);
        foreach (var outcome in outcomes) run.Log($"{(outcome.Fault is null ? "removed" : $"not removed ({outcome.Fault.What})")} {outcome.Entry.Key}: {outcome.Decision.Expiry!.Text}");
        if (outcomes.Any(outcome => outcome.Fault is not null)) run.Details = run.Details with { Outcome = "partly" };
        return Task.FromResult(outcomes);
    });

    /// <summary>What expires of the database of this backup, on its server, and of the adopted ones of its name. The backup itself stays whatever the two clocks say.</summary>
    public IReadOnlyList<PruneOutcome> AfterBackup(DumpManifest made) =>
        Remove(Plan(made.Database).Groups.Where(group => group.Adopted || group.SystemIdentifier == made.SystemIdentifier).SelectMany(group => group.Goes).Where(decision => decision.Entry.Id != made.Id), null);

    private IReadOnlyList<PruneOutcome> Remove(IEnumerable<RetentionDecision> goes, string? runId)
    {
        var outcomes = new PruneRunner(folder, clock).Run(goes);
        foreach (var outcome in outcomes)
            recorder.Audit.Write(new AuditEvent
            {
                At = clock.GetUtcNow(),
                Action = outcome.Fault is null ? "DB_BACKUP_PURGED" : "DB_BACKUP_PURGE_FAILED",
                Outcome = outcome.Fault is null ? "ok" : "failed",
                Actor = recorder.Actor,
                Database = outcome.Entry.Database!,
                RunId = runId,
                BackupId = outcome.Entry.Id,
                File = outcome.Entry.Key,
                ErrorCode = outcome.Fault?.Code.Name,
                Error = outcome.Fault?.Message,
                Why = outcome.Decision.Expiry!.Text,
            });
        return outcomes;
    }
}
