using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Sweeping;
using Tidemark.Configuration;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Retention.Bases;

/// <summary>Does what a plan says: base backups that go get a tombstone, what nothing needs any more is swept, then the WAL that nothing wants goes.</summary>
/// <param name="store">Where.</param>
/// <param name="reader">Looks again: what was planned may have changed.</param>
/// <param name="writers">Whose tombstones count.</param>
/// <param name="writer">Signs tombstones.</param>
/// <param name="policy">The rules.</param>
/// <param name="grace">How long what nothing needs stays.</param>
/// <param name="by">user@host.</param>
/// <param name="clock">Of ages.</param>
internal sealed class BasePruneRunner(IObjectStore store, BaseRetentionReader reader, KnownWriters writers, WriterKey writer, RetentionPolicy policy, TimeSpan grace, string by, TimeProvider clock)
{
    /// <exception cref="Fault">8: the store.</exception>
    public async Task<BasePruneReport> RunAsync(BaseRetentionPlan plan, CancellationToken token)
    {
        var bases = reader.BasesOf(store, plan.Facts.Life);
        var still = (await AgainAsync(plan, token)).Goes.Select(decision => decision.Item.Id).ToHashSet(StringComparer.Ordinal);
        var givenUp = new List<BaseDecision>();
        foreach (var decision in plan.Goes.Where(decision => still.Contains(decision.Item.Id)))
        {
            await ExpireAsync(bases, decision, token);
            givenUp.Add(decision);
        }
        var sweep = await new SweepRunner(bases, writers, writer, grace, by, clock).RunAsync(token);
        var wal = new WalSweep(store, plan.Facts.Life);
        var (gone, held) = await wal.RemoveAsync(await wal.LookAsync((await AgainAsync(plan, token)).Wal, token), token);
        return new BasePruneReport(plan, givenUp, sweep, gone, [.. sweep.Held.Append(held).OfType<string>()]);
    }

    /// <summary>One, because somebody asks. Nothing is swept before the next prune.</summary>
    /// <returns>Null: it has expired already.</returns>
    /// <exception cref="Fault">5: it is held, or it is not ours. 8: the store.</exception>
    public async Task<BaseDecision?> RemoveAsync(StoredBackup backup, string why, CancellationToken token)
    {
        var decision = BaseRemoval.Of(backup, await PlanAsync(backup.Bases.Keys.Incarnation, token), why);
        if (decision is not null) await ExpireAsync(backup.Bases, decision, token);
        return decision;
    }

    private Task<string> ExpireAsync(BaseStore bases, BaseDecision decision, CancellationToken token) =>
        bases.WriteAsync(new BaseMark { Id = decision.Item.Id, Type = BaseMark.Tombstone, At = clock.GetUtcNow(), By = by, Reason = decision.Expiry!.Text }, writer, token);

    private Task<BaseRetentionPlan> AgainAsync(BaseRetentionPlan plan, CancellationToken token) => PlanAsync(plan.Facts.Life, token);

    private async Task<BaseRetentionPlan> PlanAsync(IncarnationFolder life, CancellationToken token) => BaseRetentionPlanner.Plan(await reader.ReadAsync(store, life, token), policy, clock.GetUtcNow());
}

/// <summary>What became of a plan.</summary>
/// <param name="Plan">Which.</param>
/// <param name="GivenUp">That have a tombstone now.</param>
/// <param name="Sweep">What was removed.</param>
/// <param name="Wal">What went.</param>
/// <param name="Held">Why not all that should go went, a sentence each.</param>
internal sealed record BasePruneReport(BaseRetentionPlan Plan, IReadOnlyList<BaseDecision> GivenUp, SweepReport Sweep, WalOutlook Wal, IReadOnlyList<string> Held);
