using Tidemark.BaseBackups;
using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;
using Tidemark.Storage;
using Tidemark.Tests.BaseBackups;
using Tidemark.Wal;

namespace Tidemark.Tests.Restores.Bases;

/// <summary>Base backups of a live server, and its WAL, in a store.</summary>
internal sealed class TakenBase(LiveCluster cluster, IObjectStore store) : IDisposable
{
    private TinyBackup? tiny;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public TinyBackup Tiny => tiny ?? throw new InvalidOperationException("nothing was taken yet");

    public async Task<BaseManifest> TakeAsync()
    {
        await using var session = await BackupSession.OpenAsync(cluster.Address, Token);
        var (facts, start) = (session.Facts, await session.StartAsync("trial", true, Token));
        await using var files = await cluster.FilesAsync(facts, overSql: false);
        var (content, control) = (await ReadAsync(files, facts), (await ControlFileReader.ReadAsync(files, Token)).Bytes);
        var end = await session.StopAsync(Token);
        await new Incarnations(store, "default").EnsureAsync(facts.SystemIdentifier, Token);
        tiny ??= new TinyBackup(store, system: facts.SystemIdentifier);
        return await tiny.TakeAsync(content, told: manifest => manifest with
        {
            SystemIdentifier = $"{facts.SystemIdentifier}",
            ServerVersion = facts.Version.Major * 10000,
            WalSegmentBytes = facts.WalSegmentBytes,
            Wal = new WalSpan { Start = WalPoint.At(end.Label.Timeline ?? TimelineId.First, start.Lsn, start.Time), Stop = WalPoint.At(end.Timeline, end.Stop, end.Time) },
            BackupLabel = end.LabelBytes,
            TablespaceMap = end.TablespaceMapBytes.Length == 0 ? null : end.TablespaceMapBytes,
            Control = control,
            FolderMode = (int)facts.FolderMode,
            Tablespaces = [],
        });
    }

    /// <summary>Closes the open segment, and stores all that the server has.</summary>
    public async Task ArchiveAsync()
    {
        await cluster.Server.ExecuteAsync("postgres", "select pg_switch_wal()");
        // On the edge itself older versions name the segment before it.
        await cluster.Server.ExecuteAsync("postgres", "select pg_create_restore_point('in the next')");
        var open = await cluster.Server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_current_wal_insert_lsn())");
        using var encoding = new WalEncoding(Tiny.Seals);
        var archive = new WalArchive(store, new WalKeys(Tiny.Bases.Keys.Incarnation), encoding);
        foreach (var path in Directory.GetFiles(Path.Combine(cluster.Server.DataFolder, "pg_wal")).Order(StringComparer.Ordinal))
            if (WalSegmentName.TryParse(Path.GetFileName(path), out var name) && string.CompareOrdinal($"{name}", open) < 0)
            {
                var raw = RawSegment.Of(name, await File.ReadAllBytesAsync(path, Token));
                await archive.PutAsync(raw, () => encoding.Encode(raw.Bytes.Span), Token);
            }
    }

    public void Dispose() => tiny?.Dispose();

    private static async Task<TinyCluster> ReadAsync(IClusterFiles files, ClusterFacts facts)
    {
        var content = new TinyCluster();
        await foreach (var (entry, _) in new ClusterListing(files, new BackupSelection(facts.VersionFolder, facts.TablespacesInside)).WalkAsync(Token))
        {
            var bytes = entry.Kind == ClusterEntryKind.File ? new byte[entry.Length] : null;
            if (bytes is not null) await files.ReadAsync(entry.Path, 0, bytes, Token);
            content.Things[entry.Path] = new TinyFile(bytes, (int)entry.Mode);
        }
        return content;
    }
}
