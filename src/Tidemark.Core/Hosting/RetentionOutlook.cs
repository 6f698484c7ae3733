using Tidemark.Dumps;
using Tidemark.Protection;
using Tidemark.Retention;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>What retention would do now, with dumps and with base backups.</summary>
/// <param name="Dumps">Of all stores.</param>
/// <param name="Objectives">Breached now, or without what goes.</param>
/// <param name="Bases">Each store and each life of the cluster; empty where one database alone was asked for: a base backup is of none.</param>
/// <param name="BasesUnseen">Stores whose base backups could not be looked at, a sentence each.</param>
internal sealed record RetentionOutlook(RetentionPlan Dumps, IReadOnlyList<ObjectiveOutlook> Objectives, IReadOnlyList<BaseOutlook> Bases, IReadOnlyList<string> BasesUnseen)
{
    /// <param name="workbench">Where to look.</param>
    /// <param name="recorder">In whose name it would be done.</param>
    /// <param name="database">Null: all.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<RetentionOutlook> LookAsync(Workbench workbench, RunRecorder recorder, string? database, CancellationToken token)
    {
        var looks = await workbench.Stores.LookEachAsync(token);
        var plan = await workbench.PruneOfDumps(recorder).PlanAsync(looks, database, token);
        var (bases, unseen) = database is null ? await workbench.PruneOfBases(recorder).PlanAsync(token) : ([], []);
        return new RetentionOutlook(plan, await ObjectivesAsync(workbench, DumpStores.Together(looks), plan, token), bases, unseen);
    }

    /// <summary>As one run.</summary>
    public Task<Fault?> RunAsync(Workbench workbench, RunRecorder recorder, CancellationToken token) => recorder.RecordAsync(RunKind.Prune, EveryDatabase, async run =>
    {
        run.Ending = token;
        await workbench.PruneOfDumps(recorder).WithinAsync(run, Dumps, token);
        await workbench.PruneOfBases(recorder).WithinAsync(run, Bases, token);
        foreach (var part in BasesUnseen) run.Log(part);
        return run.Details.Finding;
    });

    /// <summary>In the record of a run.</summary>
    public const string EveryDatabase = "all";

    /// <summary>Judged as status judges them: with all backups, and without what goes.</summary>
    private static async Task<IReadOnlyList<ObjectiveOutlook>> ObjectivesAsync(Workbench workbench, DumpListing listing, RetentionPlan plan, CancellationToken token)
    {
        var goes = plan.Goes.Select(decision => decision.Entry.Key).ToHashSet(StringComparer.Ordinal);
        var look = await workbench.Protection.LookAsync(listing, token);
        return [.. ObjectiveOutlook.Of(workbench.Protection.Judge(look, null, null), workbench.Protection.Judge(look, null, goes), workbench.Options.Objectives.Rto).Where(outlook => plan.Groups.Any(group => group.Database == outlook.Database))];
    }
}
