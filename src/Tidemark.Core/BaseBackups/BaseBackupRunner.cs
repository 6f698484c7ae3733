using Tidemark.BaseBackups.Maps;
using Tidemark.Configuration;
using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.BaseBackups;

/// <summary>Takes a backup of a whole cluster, while it works. It exists when its manifest is written, and not before.</summary>
/// <param name="store">Where to.</param>
/// <param name="keys">Seal what is written.</param>
/// <param name="stateFolder">The writer's key lies in it, and the spool.</param>
/// <param name="wal">For WAL that nobody else receives.</param>
/// <param name="clock">Of pauses and durations.</param>
/// <param name="remark">Told what a person should know in passing.</param>
internal sealed class BaseBackupRunner(IObjectStore store, RepositoryKeys keys, string stateFolder, WalOptions wal, TimeProvider clock, Action<string> remark)
{
    /// <summary>Of zstd: about as fast as one disk reads, on each core.</summary>
    private const int Level = 3;

    /// <summary>WAL that an archiver has not brought, and nothing of it comes any more.</summary>
    private static readonly TimeSpan PatienceForWal = TimeSpan.FromMinutes(5);

    /// <exception cref="Fault">7: the server. 8, 15: the store. 5: a pooler, or two servers. Whatever it is, no backup exists then.</exception>
    public async Task<BaseReport> RunAsync(BaseBackupOptions options, IProgress<BaseProgress> progress, CancellationToken token)
    {
        var begun = clock.GetTimestamp();
        await using var session = await BackupSession.OpenAsync(options.Address, token);
        var (facts, server) = (session.Facts, await WalServer.ReadAsync(options.Address, token));
        var incarnation = await new Incarnations(store, IncarnationFolder.DefaultCluster).EnsureAsync(facts.SystemIdentifier, token);
        var (bases, writer) = (new BaseStore(store, new BaseKeys(incarnation), keys), WriterKey.Ensure(stateFolder));
        using var encoding = new WalEncoding(keys);
        var archive = new WalArchive(store, new WalKeys(incarnation), encoding);

        var id = BaseId.New(server.Now);
        await writer.PublishAsync(store, token);
        await bases.WriteAsync(id, new BaseIntent { Id = id.Text, Host = Environment.MachineName, Started = server.Now }, writer, token);

        await using var own = await new WalBringer(archive, wal.Slot).IsThereAsync(options.Address, server, token) ? null
            : await BackupWal.BeginAsync(options.Address, SlotOf(id), facts, stateFolder, wal, store, keys, clock, remark, token);
        var objection = await session.ObjectionToLocalAsync(token);
        progress.Report(new BaseProgress("waiting for a checkpoint", 0, 0, 0));
        var start = await session.StartAsync($"tidemark {id}", fast: true, token);

        await using var uploads = new PackUploads(store, bases.Keys.Packs, keys, Buffers, token);
        var copy = await CopyAsync(options, facts, start, objection.Length == 0, uploads, progress, token);
        var end = await session.StopAsync(token);

        var span = new WalSpan { Start = WalPoint.At(end.Label.Timeline ?? end.Timeline, start.Lsn, start.Time), Stop = WalPoint.At(end.Timeline, end.Stop, end.Time) };
        progress.Report(new BaseProgress("waiting for its WAL", copy.Bytes, copy.Bytes, uploads.Stored));
        var packs = await uploads.CompleteAsync();
        await new WalProof(archive, new WalSegmentSize(facts.WalSegmentBytes), clock).WaitAsync(span, PatienceForWal, () => own?.RequireAsync() ?? Task.CompletedTask, token);

        var manifest = Manifest(id, options, facts, span, end, copy, uploads.Stored);
        await bases.WriteAsync(new BaseRefs { Id = id.Text, SystemIdentifier = manifest.SystemIdentifier, Type = manifest.Type, Wal = span, Packs = 0, PackBytes = 0, PackLines = "" }, packs.Select(pack => pack.Pack), writer, token);
        await bases.WriteAsync(manifest, writer, token);
        return new BaseReport(manifest, store.Address, clock.GetElapsedTime(begun), objection.Length > 0, own is not null, copy.BadPages, [.. copy.Refused.Select(path => $"{path} is no part of a cluster and cannot be copied: it is not in the backup")]);
    }

    /// <summary>One is filled with data, one with the map, and two are on their way.</summary>
    private const int Buffers = 4;

    /// <summary>Reads everything, and the control file last of all.</summary>
    private async Task<CopiedCluster> CopyAsync(BaseBackupOptions options, ClusterFacts facts, BackupStart start, bool isLocal, PackUploads uploads, IProgress<BaseProgress> progress, CancellationToken token)
    {
        await using var files = await OpenAsync();
        var listing = new ClusterListing(files, new BackupSelection(facts.VersionFolder, facts.TablespacesInside));
        var (total, read) = (await SizeAsync(listing, token), 0L);
        using var data = new PackWriter(uploads, facts.PageBytes);
        using var mapPacks = new PackWriter(uploads, facts.PageBytes);
        using var mapEncoder = new FrameEncoder(Level);
        await using var map = new PageMapWriter(mapPacks, mapEncoder, facts.PageBytes, null);
        var copy = new ClusterCopy(facts, map);
        var workers = new List<PieceCopier>();
        try
        {
            while (workers.Count < options.Workers)
            {
                var own = await OpenAsync();
                var verifier = facts.HasChecksums ? new PageVerifier(own, facts.PageBytes, facts.SegmentPages, start.Lsn, clock) : null;
                workers.Add(new PieceCopier(own, verifier, new FrameEncoder(Level), data, facts.PageBytes, bytes => progress.Report(new BaseProgress("reading", Interlocked.Add(ref read, bytes), total, uploads.Stored))));
            }
            await copy.RunAsync(listing, workers, token);
            var (control, _) = await ControlFileReader.ReadAsync(files, token);
            await data.SealAsync(token);
            var lists = await map.CompleteAsync(token);
            return new CopiedCluster(lists, control, copy.Copied.Files, copy.Copied.Bytes, read, copy.Refused, [.. workers.SelectMany(worker => worker.Bad)], workers.Sum(worker => worker.BadCount));
        }
        finally
        {
            foreach (var worker in workers) await worker.DisposeAsync();
        }

        async Task<IClusterFiles> OpenAsync() => isLocal ? new LocalClusterFiles(facts.DataFolder) : await SqlClusterFiles.OpenAsync(options.Address, facts, token);
    }

    private static async Task<long> SizeAsync(ClusterListing listing, CancellationToken token)
    {
        var bytes = 0L;
        await foreach (var (entry, fate) in listing.WalkAsync(token))
            if (fate == EntryFate.Copied) bytes += entry.Length;
        return bytes;
    }

    private static string SlotOf(BaseId id) => $"tidemark_backup_{id.Text[^6..]}";

    private static BaseManifest Manifest(BaseId id, BaseBackupOptions options, ClusterFacts facts, WalSpan span, BackupEnd end, CopiedCluster copy, long stored) => new()
    {
        Id = id.Text,
        Cluster = IncarnationFolder.DefaultCluster,
        SystemIdentifier = $"{facts.SystemIdentifier}",
        ServerVersion = facts.Version.Number,
        BlockSize = facts.PageBytes,
        WalSegmentBytes = facts.WalSegmentBytes,
        DataChecksums = facts.HasChecksums,
        From = end.Label.FromStandby ? BaseManifest.Standby : BaseManifest.Primary,
        Type = BaseRefs.Full,
        Wal = span,
        BackupLabel = end.LabelBytes,
        TablespaceMap = end.TablespaceMapBytes.Length == 0 ? null : end.TablespaceMapBytes,
        Control = copy.Control,
        FolderMode = (int)facts.FolderMode,
        Tablespaces = [.. facts.Tablespaces.Select(space => new BaseTablespace(space.Oid, space.IsInPlace ? null : space.Location))],
        Settings = ReplayNeeds.Of(ControlFile.Read(copy.Control, out _)!.Settings),
        Labels = options.Label is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["label"] = options.Label },
        Collations = [.. facts.Collations.Select(one => new BaseCollation(one.Database, one.Provider, one.Version))],
        Totals = new BaseTotals(copy.Files, copy.Bytes, copy.Read, stored),
        PageWarnings = [.. copy.Bad.Select(page => new PageWarning(page.Path, page.Block - RelationFile.Parse(page.Path)!.Value.FirstBlock(facts.SegmentPages), page.Verdict.Why))],
        MapLists = [.. copy.Lists.Select(MapReference.To)],
    };

    /// <summary>What came of copying.</summary>
    private sealed record CopiedCluster(IReadOnlyList<MapPlace> Lists, byte[] Control, long Files, long Bytes, long Read, IReadOnlyList<string> Refused, IReadOnlyList<BadPage> Bad, long BadPages);
}
