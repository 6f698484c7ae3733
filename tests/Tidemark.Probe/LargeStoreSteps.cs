using System.Globalization;
using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Maps;
using Tidemark.BaseBackups.Sweeping;
using Tidemark.Configuration;
using Tidemark.Files;
using Tidemark.Repositories;
using Tidemark.Restores.Bases;
using Tidemark.Retention.Bases;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Probe;

/// <summary>What is done with a <see cref="LargeStore"/>, each in a process of its own, whose memory is told.</summary>
internal static class LargeStoreSteps
{
    public static async Task RunAsync(string folder, string step, string? argument)
    {
        await using var large = new LargeStore(folder);
        var told = (step, argument) switch
        {
            ("make", null) => await MadeAsync(large),
            ("list", null) => await ListedAsync(large),
            ("plan", null) => await PlannedAsync(large),
            ("expire", { } from) => await ExpiredAsync(large, int.Parse(from, CultureInfo.InvariantCulture)),
            ("sweep", null) => await SweptAsync(large),
            ("restore", { } number) => await RestoredAsync(large, int.Parse(number, CultureInfo.InvariantCulture), Path.Combine(folder, "restored")),
            _ => throw new Fault(FaultCode.Usage, "there is no such step"),
        };
        Console.WriteLine($"{told}; {Peak.InWords}");
    }

    private static async Task<string> MadeAsync(LargeStore large)
    {
        await large.MakeAsync();
        return "made";
    }

    private static async Task<string> ListedAsync(LargeStore large)
    {
        var entries = await new BaseCatalog(large.Bases(), KnownWriters.Read(large.State)).ListAsync(CancellationToken.None);
        return $"list: {entries.Count(entry => entry.State == BaseState.Complete)} complete, {entries.Count} in all, {entries.Sum(entry => (long)entry.Refs!.Packs)} lines of packs";
    }

    private static async Task<string> PlannedAsync(LargeStore large)
    {
        var life = (await new Incarnations(large.Store, IncarnationFolder.DefaultCluster).ListAsync(CancellationToken.None)).Single();
        var facts = await new BaseRetentionReader(large.Keys, KnownWriters.Read(large.State)).ReadAsync(large.Store, life, CancellationToken.None);
        var plan = BaseRetentionPlanner.Plan(facts, new RetentionPolicy(null, Count: 30, Window: TimeSpan.FromDays(10)), LargeStore.Last.AddHours(1));
        var wal = await new WalSweep(large.Store, life).LookAsync(plan.Wal, CancellationToken.None);
        return $"plan: {plan.Stays.Count()} stay, {plan.Goes.Count()} go, {wal.SegmentsStay} segments stay, {wal.SegmentsGo} go";
    }

    private static async Task<string> ExpiredAsync(LargeStore large, int from)
    {
        for (var number = from; number <= LargeStore.Increments; number++)
            await large.Bases().WriteAsync(new BaseMark { Id = LargeStore.Id(number).Text, Type = BaseMark.Tombstone, At = LargeStore.Last, By = "ann@db1", Reason = "old" }, WriterKey.Ensure(large.State), CancellationToken.None);
        return "expired";
    }

    private static async Task<string> SweptAsync(LargeStore large)
    {
        var report = await new SweepRunner(large.Bases(), KnownWriters.Read(large.State), WriterKey.Ensure(large.State), TimeSpan.FromDays(7), "ann@db1", TimeProvider.System).RunAsync(CancellationToken.None);
        return $"sweep: {report.Packs} packs and {report.Backups.Count} backups went, {report.Waiting} packs wait{string.Concat(report.Held.Select(held => $"; {held}"))}";
    }

    /// <summary>The last file of the map: all of it is read on the way.</summary>
    private static async Task<string> RestoredAsync(LargeStore large, int number, string target)
    {
        var (ofMap, ofPacks) = (new StoreMeter(), new StoreMeter());
        var bases = large.Bases(new MeteredObjectStore(large.Store, ofMap));
        var manifest = (await bases.ReadManifestAsync(LargeStore.Id(number), CancellationToken.None)).Document;
        using var maps = bases.OpenShelf();
        using var packs = large.Bases(new MeteredObjectStore(large.Store, ofPacks)).OpenShelf();
        var file = await MapWalk.ItemsAsync(manifest, maps, CancellationToken.None).OfType<MappedFile>().FirstAsync(file => file.Path == LargeMap.PathOf(LargeStore.Files - 1));
        using var tree = new NewTree(null);
        using var to = tree.MendFile(target, 0b110_000_000, file.Size);
        await new FileRebuilder(packs, new BundleCache(packs, CancellationToken.None), manifest.BlockSize, (_, _) => { }).WriteAsync(file, to, CancellationToken.None);
        to.Finish(file.Size);
        return $"restore: {file.Size} bytes; map: {InWords(ofMap)}; packs: {InWords(ofPacks)}";
    }

    private static string InWords(StoreMeter meter) => $"{meter.Operations.Sum(one => one.Requests)} requests, {meter.BytesDown} bytes";
}
