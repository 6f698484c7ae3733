using Tidemark.Configuration;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.BaseBackups;

/// <summary>Takes a backup of a whole cluster, while it works. It exists when its manifest is written, and not before.</summary>
/// <param name="store">Where to.</param>
/// <param name="keys">Seal what is written, and open what is used again.</param>
/// <param name="stateFolder">The writer's key lies in it, and the spool.</param>
/// <param name="wal">For WAL that nobody else receives.</param>
/// <param name="grace">Of sweepers, who must hear of it more often.</param>
/// <param name="by">user@host.</param>
/// <param name="clock">Of pauses and durations.</param>
/// <param name="remark">Told what a person should know in passing.</param>
internal sealed class BaseBackupRunner(IObjectStore store, RepositoryKeys keys, string stateFolder, WalOptions wal, TimeSpan grace, string by, TimeProvider clock, Action<string> remark)
{
    /// <summary>WAL that an archiver has not brought, and nothing of it comes any more.</summary>
    private static readonly TimeSpan PatienceForWal = TimeSpan.FromMinutes(5);

    /// <summary>Until the primary of a standby ends its segment.</summary>
    private static readonly TimeSpan PatienceForPrimary = TimeSpan.FromHours(1);

    /// <exception cref="Fault">7: the server. 8, 15: the store. 5: a pooler, two servers, or it was pruned meanwhile. 4: it was given up meanwhile. 2: too little memory. Whatever it is, no backup exists then.</exception>
    public async Task<BaseReport> RunAsync(BaseBackupOptions options, IProgress<BaseProgress> progress, CancellationToken token)
    {
        var (begun, memory) = (clock.GetTimestamp(), CopyMemory.Of(options.Workers, options.MemoryLimit));
        await using var session = await BackupSession.OpenAsync(options.Address, token);
        var (facts, server) = (session.Facts, await WalServer.ReadAsync(options.Address, token));
        var incarnation = await new Incarnations(store, IncarnationFolder.DefaultCluster).EnsureAsync(facts.SystemIdentifier, token);
        var (bases, writer) = (new BaseStore(store, new BaseKeys(incarnation), keys), WriterKey.Ensure(stateFolder));
        using var encoding = new WalEncoding(keys);
        var archive = new WalArchive(store, new WalKeys(incarnation), encoding);
        var objection = await session.ObjectionToLocalAsync(token);
        var entries = await new BaseCatalog(bases, KnownWriters.Read(stateFolder)).ListAsync(token, withManifests: options.IsIncremental);
        var (parent, whyFull) = options.IsIncremental ? await ChooseParentAsync() : (null, null);
        if (whyFull is not null) remark($"a full backup is made: {whyFull}");

        var id = BaseId.New(server.Now);
        await writer.PublishAsync(store, token);
        await bases.WriteAsync(id, new BaseIntent { Id = id.Text, Parent = parent?.Id, Host = Environment.MachineName, Started = server.Now }, writer, token);
        return await new RunRenewal(bases, id, writer, grace, by, clock, remark).WhileAsync(TakeAsync, token);

        async Task<BaseReport> TakeAsync(CancellationToken token)
        {
            var left = await new LeftPacks(bases, keys, remark).ReadAsync(id, entries, token);

            await using var own = await new WalBringer(archive, wal.Slot).IsThereAsync(options.Address, server, token) ? null
                : await BackupWal.BeginAsync(options.Address, SlotOf(id), facts, stateFolder, wal, store, keys, clock, remark, token);
            progress.Report(new BaseProgress("waiting for a checkpoint", 0, 0, 0));
            var start = await session.StartAsync($"tidemark {id}", fast: true, token);

            await using var uploads = new PackUploads(store, bases.Keys.Packs, keys, own is null ? memory.Buffers : memory.BuffersBesideWal, token);
            var copy = await new ClusterCopyRunner(bases, uploads, parent, left, clock, progress).RunAsync(options.Address, facts, start, objection.Length == 0, memory.Workers, token);
            var end = await session.StopAsync(token);

            var span = new WalSpan { Start = WalPoint.At(end.Label.Timeline ?? end.Timeline, start.Lsn, start.Time), Stop = WalPoint.At(end.Timeline, end.Stop, end.Time) };
            progress.Report(new BaseProgress("waiting for its WAL", copy.Bytes, copy.Bytes, uploads.Stored));
            await uploads.CompleteAsync();
            if (end.Label.FromStandby) await new OpenSegment(options.Address, facts, remark).EndAsync(end.Stop, token);
            await new WalProof(archive, new WalSegmentSize(facts.WalSegmentBytes), clock).WaitAsync(span, end.Label.FromStandby ? PatienceForPrimary : PatienceForWal, () => own?.HurryAsync() ?? Task.CompletedTask, token);

            var manifest = TakenManifest.Of(id, options.Label, facts, span, end, copy, parent, uploads.Stored);
            await bases.WriteAsync(new BaseRefs { Id = id.Text, SystemIdentifier = manifest.SystemIdentifier, Type = manifest.Type, Parent = manifest.Parent, Wal = span, WalSegmentBytes = manifest.WalSegmentBytes, Packs = 0, PackBytes = 0, PackLines = "" }, copy.Packs, writer, token);
            await BaseClaim.RequireAsync(bases, id, KnownWriters.Read(stateFolder), clock.GetUtcNow(), token);
            await bases.WriteAsync(manifest, writer, token);
            return new BaseReport(manifest, store.Address, clock.GetElapsedTime(begun), objection.Length > 0, own is not null, copy.BadPages, [.. Warnings(copy, parent)]) { WhyFull = whyFull, Memory = memory };
        }

        async Task<(BaseManifest? Parent, string? WhyFull)> ChooseParentAsync()
        {
            await using IClusterFiles files = objection.Length == 0 ? new LocalClusterFiles(facts.DataFolder) : await SqlClusterFiles.OpenAsync(options.Address, facts, token);
            var history = await HistoryReader.ReadAsync(files, archive, server.Timeline, token);
            return await new ParentChoice(bases, facts, history, facts.IsStandby ? null : server.Flushed).ChooseAsync(entries, token);
        }
    }

    private static string SlotOf(BaseId id) => $"tidemark_backup_{id.Text[^6..]}";

    private static IEnumerable<string> Warnings(CopyReport copy, BaseManifest? parent)
    {
        foreach (var path in copy.Refused) yield return $"{path} is no part of a cluster and cannot be copied: it is not in the backup";
        foreach (var pack in copy.Unreadable) yield return $"pack {pack} of {parent?.Id} is damaged: what it holds was stored again, and {parent?.Id} cannot be restored whole";
    }
}
