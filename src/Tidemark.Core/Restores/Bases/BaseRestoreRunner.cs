using System.Globalization;
using Tidemark.BaseBackups;
using Tidemark.Files;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>Makes a data directory from a base backup and the WAL behind it. No server starts from it before all is on the disk: <c>pg_control</c> comes last.</summary>
/// <param name="stores">The first that leads to the target serves.</param>
/// <param name="keys">Open what is sealed.</param>
/// <param name="writers">Whose backups are believed.</param>
/// <param name="clock">For names, and how long it took.</param>
/// <param name="remark">Told what a person should know in passing.</param>
internal sealed class BaseRestoreRunner(IReadOnlyList<IObjectStore> stores, RepositoryKeys keys, KnownWriters writers, TimeProvider clock, Action<string> remark)
{
    /// <exception cref="Fault">4: it cannot be reached. 2, 5, 8, 9, 10.</exception>
    public async Task<(RecoveryFacts Facts, RecoveryPlan Plan)> PlanAsync(BaseRestoreOptions options, CancellationToken token)
    {
        Fault? first = null;
        foreach (var store in stores)
            try
            {
                var facts = await new RecoveryFactsReader(keys, writers, clock, remark).ReadAsync(store, options.Backup, token) ?? throw NoBackup(store, options.Backup);
                using var encoding = new WalEncoding(keys);
                var planner = new RecoveryPlanner(facts, new RoadSearch(facts, encoding));
                return (facts, await planner.PlanAsync(RecoveryRoads.Of(facts, options.Backup, options.Timeline), options.Target, token));
            }
            catch (Fault here) when (stores.Count > 1)
            {
                remark($"{store.Address} does not serve: {here.InOneLine}");
                first ??= here;
            }
        throw first!;
    }

    /// <exception cref="Fault">As <see cref="PlanAsync"/>; and 15: too little room. What is half written says so.</exception>
    public async Task<BaseRestoreReport> RunAsync(BaseRestoreOptions options, IProgress<BaseRestoreProgress> progress, CancellationToken token)
    {
        var begun = clock.GetTimestamp();
        var target = TargetFolder.Look(options.Folder, options.MoveAside);
        var (facts, plan) = await PlanAsync(options, token);
        var spaces = TablespaceTargets.Look(plan.Road.Manifest);
        RequireRoom(target, plan);
        var aside = target.MoveAside(clock.GetUtcNow());
        try
        {
            using var shelf = new BaseStore(facts.Store, new BaseKeys(facts.Folder), keys).OpenShelf();
            using var encoding = new WalEncoding(keys);
            using var directory = new DataDirectoryWriter(target, plan, new NewTree(target.Owner), shelf, progress);
            await directory.WriteFilesAsync(spaces, token);
            directory.WriteLabel();
            var wal = await RoadWal.OpenAsync(facts.Store, facts.Folder, encoding, plan.Road, plan.WalEnd, token);
            await directory.WriteWalAsync(wal, facts.Coverage.Histories.Keys, token);
            directory.WriteSettings(options.Promote);
            directory.Finish();
            return new BaseRestoreReport(plan, target.Path, aside, directory.Files, directory.Bytes, clock.GetElapsedTime(begun), [.. plan.Warnings, .. directory.Warnings]);
        }
        catch (Fault broken)
        {
            throw new Fault(broken.Code, broken.What, broken)
            {
                Where = broken.Where,
                Why = broken.Why,
                Left = $"{target.Path} is half written and has no pg_control: no server starts from it{(aside is null ? "" : $"; what was there before is {aside}")}",
                Next = broken.Next,
                Transient = broken.Transient,
            };
        }
    }

    private static void RequireRoom(TargetFolder target, RecoveryPlan plan)
    {
        var free = FreeSpace.Of(target.Path);
        if (free < plan.NeededBytes)
            throw new Fault(FaultCode.DiskFull, "there is too little room for the data directory and its WAL") { Where = target.Path, Why = string.Create(CultureInfo.InvariantCulture, $"{plan.NeededBytes} bytes are needed, {free} are free"), Next = $"df -h '{FreeSpace.PlaceOf(target.Path)}'" };
    }

    private static Fault NoBackup(IObjectStore store, BaseId? id) => new(FaultCode.NotFound, id is null ? "there is no base backup" : "there is no base backup of this id") { Where = store.Address, Next = "tidemark list" };
}
