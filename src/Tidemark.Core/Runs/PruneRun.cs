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
        var (entries, unseen) = new DumpCatalog(folder).Look();
        return RetentionPlanner.Plan(entries.Where(entry => database is null || entry.Database == database).Select(ItemOf), policy, clock.GetUtcNow()) with { Unseen = unseen };
    }

    private static RetentionItem ItemOf(DumpEntry entry)
    {
        var (proof, finding) = ProofMarkReader.Read(entry);
        return new RetentionItem(entry, Pins.Of(entry), proof?.ProvenAt, finding);
    }

    public Task<IReadOnlyList<PruneOutcome>> RunAsync(RetentionPlan plan, string? database) => recorder.RecordAsync(RunKind.Prune, database ?? "all", run =>
    {
        foreach (var remark in plan.Groups.SelectMany(group => group.Remarks.Select(remark => $"{group.InWords}: {remark}")).Concat(plan.Unseen)) run.Log(remark);
        var outcomes = Remove(plan.Goes, run.Id);
        foreach (var outcome in outcomes) run.Log(InWords(outcome));
        if (outcomes.Any(outcome => outcome.Fault is not null)) run.Details = run.Details with { Outcome = "partly" };
        run.Details = run.Details with { Finding = FindingOf(outcomes, plan.Unseen) };
        return Task.FromResult(outcomes);
    });

    /// <summary>What expires of the database of this backup, on its server, and of the adopted ones of its name. The backup itself stays whatever the two clocks say.</summary>
    /// <param name="made">The backup.</param>
    /// <param name="runId">Its run, which has ended: whatever becomes of the old ones, the backup was taken.</param>
    public IReadOnlyList<PruneOutcome> AfterBackup(DumpManifest made, string runId)
    {
        var outcomes = Remove(Plan(made.Database).Groups.Where(group => group.Adopted || group.SystemIdentifier == made.SystemIdentifier).SelectMany(group => group.Goes).Where(decision => decision.Entry.Id != made.Id), runId);
        if (outcomes.Count > 0) recorder.LogAfterwards(runId, outcomes.Select(InWords));
        return outcomes;
    }

    /// <summary>Null when all is gone that was to go. A dump that is being read is no failure: it goes next time.</summary>
    public static Fault? FindingOf(IReadOnlyList<PruneOutcome> outcomes, IReadOnlyList<string> unseen)
    {
        var failed = outcomes.Where(outcome => outcome.Fault is { } fault && fault.Code != FaultCode.Locked).ToList();
        if (failed.Count == 0 && unseen.Count == 0) return null;
        return new Fault(FaultCode.Partly, failed.Count > 0 ? $"{failed.Count} of {outcomes.Count} backups could not be removed" : "a part of the backup folder could not be looked at")
        {
            Where = failed.Count > 0 ? string.Join(", ", failed.Select(outcome => outcome.Entry.Key)) : null,
            Why = failed.Count > 0 ? $"{failed[0].Fault!.What}{(failed[0].Fault!.Why is { } why ? $": {why}" : "")}" : string.Join("; ", unseen),
            Left = "what could not be removed stays listed, and the next prune tries again",
            Next = "tidemark doctor",
        };
    }

    private static string InWords(PruneOutcome outcome) => $"{(outcome.Fault is null ? "removed" : $"not removed ({outcome.Fault.What}{(outcome.Fault.Why is { } why ? $": {why}" : "")})")} {outcome.Entry.Key}: {outcome.Decision.Expiry!.Text}";

    private IReadOnlyList<PruneOutcome> Remove(IEnumerable<RetentionDecision> goes, string runId)
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
