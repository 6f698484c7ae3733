using Tidemark.Audit;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Protection;
using Tidemark.Retention;

namespace Tidemark.Runs;

/// <summary>Retention as people run it: planned from what each store holds now, recorded, every removal audited.</summary>
internal sealed class PruneRun(RunRecorder recorder, DumpStores stores, RetentionPolicy policy, TimeProvider clock)
{
    /// <summary>Each store by itself: what another one holds keeps nothing here, and lets nothing go.</summary>
    /// <param name="looks">What is there, just read.</param>
    /// <param name="database">Only this one; null: every database in the stores.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">8: the pins and proofs of no store can be read.</exception>
    public async Task<RetentionPlan> PlanAsync(IReadOnlyList<StoreListing> looks, string? database, CancellationToken token)
    {
        var plans = new List<RetentionPlan>();
        Fault? dead = null;
        foreach (var look in looks)
        {
            try
            {
                plans.Add(await PlanAsync(look, database, token));
            }
            catch (Fault unreadable) when (looks.Count > 1)
            {
                dead = unreadable;
                plans.Add(await PlanAsync(StoreListing.Closed(look.Store, unreadable), database, token));
            }
        }
        if (dead is not null && plans.All(plan => plan.Unseen.Count > 0 && plan.Groups.Count == 0 && plan.LeftAlone.Count == 0)) throw dead;
        return plans[0] with { Groups = [.. plans.SelectMany(plan => plan.Groups)], LeftAlone = [.. plans.SelectMany(plan => plan.LeftAlone)], Unseen = [.. plans.SelectMany(plan => plan.Unseen)] };
    }

    private async Task<RetentionPlan> PlanAsync(StoreListing look, string? database, CancellationToken token)
    {
        var (store, entries, unseen) = look;
        var items = new List<RetentionItem>();
        foreach (var entry in entries.Where(entry => database is null || entry.Database == database)) items.Add(await ItemOfAsync(entry, token));
        var plan = RetentionPlanner.Plan(items, policy, clock.GetUtcNow()) with { Unseen = unseen };
        return stores.All.Count == 1 ? plan : plan with { Groups = [.. plan.Groups.Select(group => group with { Store = store.Address })] };
    }

    private static async Task<RetentionItem> ItemOfAsync(DumpEntry entry, CancellationToken token)
    {
        var (proof, finding) = await ProofMarkReader.ReadAsync(entry, token);
        return new RetentionItem(entry, await Pins.OfAsync(entry, token), proof?.ProvenAt, finding);
    }

    public Task<IReadOnlyList<PruneOutcome>> RunAsync(RetentionPlan plan, string? database, CancellationToken token) => recorder.RecordAsync(RunKind.Prune, database ?? "all", run => WithinAsync(run, plan, token));

    /// <summary>As a part of a run.</summary>
    public async Task<IReadOnlyList<PruneOutcome>> WithinAsync(RunContext run, RetentionPlan plan, CancellationToken token)
    {
        foreach (var remark in plan.Groups.SelectMany(group => group.Remarks.Select(remark => $"{group.InWords}: {remark}")).Concat(plan.Unseen)) run.Log(remark);
        var outcomes = await RemoveAsync(plan.Goes, run.Id, token);
        foreach (var outcome in outcomes) run.Log(InWords(outcome));
        if (outcomes.Any(outcome => outcome.Fault is not null)) run.Details = run.Details with { Outcome = "partly" };
        run.Details = run.Details with { Finding = FindingOf(outcomes, plan.Unseen) };
        return outcomes;
    }

    /// <summary>Removes one backup, in each store that has it, because somebody asks. What retention holds whatever its rules say (the last good one, the last proven one, a pin) stays.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="looks">What is there, just read.</param>
    /// <param name="why">In the words of whoever asks.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">5: it is held, or it is not ours.</exception>
    public Task<IReadOnlyList<PruneOutcome>> RemoveAsync(DumpEntry entry, IReadOnlyList<StoreListing> looks, string why, CancellationToken token) => recorder.RecordAsync(RunKind.Remove, entry.Database ?? "all", async run =>
    {
        run.Details = new RunDetails { BackupId = entry.Id, File = entry.Key, Reason = why };
        var plan = await PlanAsync(looks, entry.Database, token);
        var decisions = entry.Copies.Select(copy => Removal.Of(copy, plan, why)).ToList();
        var outcomes = await RemoveAsync(decisions, run.Id, token);
        foreach (var outcome in outcomes) run.Log(InWords(outcome));
        return outcomes.FirstOrDefault(outcome => outcome.Fault is not null)?.Fault is { } failed ? throw failed : outcomes;
    });

    /// <summary>What expires of the database of this backup, on its server, and of the adopted ones of its name. The backup itself stays whatever the two clocks say.</summary>
    /// <param name="made">The backup, in each store that has it: another one keeps its old ones.</param>
    /// <param name="runId">Its run, which has ended: whatever becomes of the old ones, the backup was taken.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>What was to go, and a sentence for each part of these stores that could not be looked at.</returns>
    public async Task<(IReadOnlyList<PruneOutcome> Outcomes, IReadOnlyList<string> Unseen)> AfterBackupAsync(IReadOnlyList<(DumpStore Store, DumpManifest Manifest)> made, string runId, CancellationToken token)
    {
        var (goes, unseen) = (new List<RetentionDecision>(), new List<string>());
        foreach (var (store, manifest) in made)
        {
            var (entries, parts) = await new DumpCatalog(store).LookAsync(token);
            var plan = await PlanAsync(new StoreListing(store, entries, parts), manifest.Database, token);
            goes.AddRange(plan.Groups.Where(group => group.Adopted || group.SystemIdentifier == manifest.SystemIdentifier).SelectMany(group => group.Goes).Where(decision => decision.Entry.Id != manifest.Id));
            unseen.AddRange(parts);
        }
        var outcomes = await RemoveAsync(goes, runId, token);
        if (outcomes.Count > 0) recorder.LogAfterwards(runId, outcomes.Select(InWords));
        return (outcomes, unseen);
    }

    /// <summary>Null when all is gone that was to go. A dump that is being read is no failure: it goes next time.</summary>
    public static Fault? FindingOf(IReadOnlyList<PruneOutcome> outcomes, IReadOnlyList<string> unseen)
    {
        var failed = outcomes.Where(outcome => outcome.Fault is { } fault && fault.Code != FaultCode.Locked).ToList();
        if (failed.Count == 0 && unseen.Count == 0) return null;
        return new Fault(FaultCode.Partly, failed.Count > 0 ? $"{failed.Count} of {outcomes.Count} backups could not be removed" : "a part of the backups could not be looked at")
        {
            Where = failed.Count > 0 ? string.Join(", ", failed.Select(outcome => outcome.Entry.Key)) : null,
            Why = failed.Count > 0 ? $"{failed[0].Fault!.What}{(failed[0].Fault!.Why is { } why ? $": {why}" : "")}" : string.Join("; ", unseen),
            Left = "what could not be removed stays listed, and the next prune tries again",
            Next = "tidemark doctor",
        };
    }

    private static string InWords(PruneOutcome outcome) => $"{(outcome.Fault is null ? "removed" : $"not removed ({outcome.Fault.What}{(outcome.Fault.Why is { } why ? $": {why}" : "")})")} {outcome.Entry.Key}: {outcome.Decision.Expiry!.Text}";

    private async Task<IReadOnlyList<PruneOutcome>> RemoveAsync(IEnumerable<RetentionDecision> goes, string runId, CancellationToken token)
    {
        var outcomes = await new PruneRunner(clock).RunAsync(goes, token);
        recorder.Count([.. outcomes.Select(outcome => new AuditEvent
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
        })]);
        return outcomes;
    }
}
