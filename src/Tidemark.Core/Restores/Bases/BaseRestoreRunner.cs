using Tidemark.BaseBackups;
using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>Makes a data directory from a base backup and the WAL behind it. No server starts from it before all is on the disk: <c>pg_control</c> comes last.</summary>
/// <remarks>Killed at any moment, the same command goes on: a mark in the folder tells, and what stands there already is kept by its hash.</remarks>
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

    /// <summary>All that can be said beforehand; nothing is changed. An old folder is read from end to end.</summary>
    /// <exception cref="Fault">As <see cref="RunAsync"/>.</exception>
    public async Task<RestoreOutlook> LookAsync(BaseRestoreOptions options, PostgresBinaries programs, IProgress<BaseRestoreProgress> progress, CancellationToken token)
    {
        var (target, facts, plan, outside, room, way) = await PrepareAsync(options, token);
        using var shelf = new BaseStore(facts.Store, new BaseKeys(facts.Folder), keys).OpenShelf();
        var delta = target.Mends ? await DeltaLook.LookAsync(plan.Road.Manifest, shelf, target.Path, progress, token) : null;
        var trial = await TrialReading.MeasureAsync(plan, delta?.Bytes ?? plan.Road.Manifest.Totals.Bytes, shelf, clock, token);
        var highest = new HighestSettings(plan.Road.Manifest);
        foreach (var later in facts.Bases.Where(one => one.Manifest is not null && one.Manifest.Wal.Stop.Place().Lsn is var stop && stop > plan.Road.Redo && stop <= plan.WalEnd)) highest.Take(later.Manifest!);
        var (major, found) = (MajorOf(plan), await programs.FindServerAsync(MajorOf(plan), token));
        string[] warnings = [.. plan.Warnings, .. Sorting(plan), .. found is null ? [$"no server programs of PostgreSQL {major} are on this machine: the data can be restored here, and not be started"] : Array.Empty<string>()];
        return new RestoreOutlook(plan, target, outside, way, room, [.. RecoverySettings.Lines(plan, highest.ByName, Manner(options, way, null))], delta, trial, found, warnings);
    }

    /// <exception cref="Fault">As <see cref="PlanAsync"/>; 11: another restore is at work there; 15: too little room. What is half written says so.</exception>
    /// <param name="options">What is asked for.</param>
    /// <param name="start">Where the programs of the server are looked for, that is to be started; null: it is not.</param>
    /// <param name="progress">Is told.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>What was done, and the folder of the server's programs.</returns>
    public async Task<(BaseRestoreReport Report, string? Programs)> RunAsync(BaseRestoreOptions options, PostgresBinaries? start, IProgress<BaseRestoreProgress> progress, CancellationToken token)
    {
        var begun = clock.GetTimestamp();
        var (target, facts, plan, outside, room, way) = await PrepareAsync(options, token);
        room.Require(target, plan, way);
        var programs = start is null ? null : (await start.FindServerAsync(MajorOf(plan), token) ?? throw NoPrograms(plan)).Folder;
        if (target.State == TargetState.Unfinished) remark($"{target.Path} holds the half work of a restore that was ended: this goes on with it");
        using var tree = new NewTree(target.Owner, target.Mends);
        using var hold = RestoreHold.Begin(target, tree, plan.Road.Manifest, outside, clock.GetUtcNow());
        try
        {
            using var shelf = new BaseStore(facts.Store, new BaseKeys(facts.Folder), keys).OpenShelf();
            using var encoding = new WalEncoding(keys);
            using var directory = new DataDirectoryWriter(target, plan, outside, tree, shelf, progress);
            var (user, wal) = (new OsUser(target.Owner), await RoadWal.OpenAsync(facts.Store, facts.Folder, encoding, plan.Road, plan.WalEnd, token));
            var fetched = way == WalWay.Fetch || options.Role == RestoredRole.Standby ? new FetchedWal(options.Fetch, wal.Plan, options.Role) : null;
            directory.MakeWalFolders();
            fetched?.Write(tree, target.Path);
            if (fetched is not null) await fetched.ProveAsync(target.Path, user, token);
            await directory.WriteFilesAsync(token);
            directory.WriteLabel();
            if (way == WalWay.Local) await directory.WriteWalAsync(wal, facts.Coverage.Histories.Keys, token);
            else await directory.LookThroughWalAsync(wal, token);
            var manner = Manner(options, way, fetched);
            directory.WriteSettings(manner);
            directory.Finish();
            hold.End();
            string[] warnings = [.. plan.Warnings, .. directory.Warnings, .. programs is null ? Sorting(plan) : [], .. fetched is null ? [] : options.Fetch.Plain.Select(name => $"{FetchedWal.Folder} holds {name} itself, as no reference says where it is kept; only {user} may read it")];
            return (new BaseRestoreReport(plan, target.Path, user, way, manner, hold.Aside, directory.Files, directory.Bytes, directory.Written, directory.Removed, plan.Reached ?? directory.LastCommit?.Time, clock.GetElapsedTime(begun), warnings), programs);
        }
        catch (Fault broken)
        {
            throw new Fault(broken.Code, broken.What, broken)
            {
                Where = broken.Where,
                Why = broken.Why,
                Left = $"{target.Path} is half written and has no pg_control: no server starts from it, and the same command goes on with it{(hold.Aside.Count == 0 ? "" : $"; what was there before is {string.Join(", ", hold.Aside)}")}",
                Next = broken.Next,
                Transient = broken.Transient,
            };
        }
    }

    private async Task<(TargetFolder Target, RecoveryFacts Facts, RecoveryPlan Plan, OutsideFolders Outside, RestoreRoom Room, WalWay Way)> PrepareAsync(BaseRestoreOptions options, CancellationToken token)
    {
        var target = TargetFolder.Look(options.Folder, options.Old);
        var (facts, plan) = await PlanAsync(options, token);
        target.RequireOf(plan.Road.Manifest);
        var outside = OutsideFolders.Look(plan.Road.Manifest, options.Tablespaces, options.WalFolder, target);
        var room = RestoreRoom.Look(target, outside, plan);
        var way = options.Wal ?? (options.Role != RestoredRole.Standby && room.HoldsWal(plan) ? WalWay.Local : WalWay.Fetch);
        return (target, facts, plan, outside, room, way);
    }

    private static RecoveryManner Manner(BaseRestoreOptions options, WalWay way, FetchedWal? fetched) =>
        new(options.Role, options.Promote, fetched?.RestoreCommand ?? (way == WalWay.Local ? RecoverySettings.NothingElse : "tidemark wal fetch …"), options.Primary, options.Port);

    /// <summary>A server that is started tells it itself, and more of it.</summary>
    private static IEnumerable<string> Sorting(RecoveryPlan plan) => ChangedCollation.InWords([.. ChangedCollation.OnThisMachine(plan.Road.Manifest, HostLibc.Version)], MajorOf(plan));

    private static int MajorOf(RecoveryPlan plan) => plan.Road.Manifest.ServerVersion / 10000;

    private static Fault NoPrograms(RecoveryPlan plan) => new(FaultCode.NoClient, $"there is no PostgreSQL {MajorOf(plan)} on this machine to start") { Where = "pg_ctl and postgres", Why = "they are in no installation folder and not on the PATH", Next = $"install postgresql-{MajorOf(plan)}, or leave out --start" };

    private static Fault NoBackup(IObjectStore store, BaseId? id) => new(FaultCode.NotFound, id is null ? "there is no base backup" : "there is no base backup of this id") { Where = store.Address, Next = "tidemark list" };
}
