using System.Text;
using Tidemark.BaseBackups.Maps;
using Tidemark.Files;
using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories.Packs;
using Tidemark.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>Writes one data directory, in the order in which its methods stand.</summary>
internal sealed class DataDirectoryWriter : IDisposable
{
    private const string ArchiveStatus = $"{ClusterFolder.Wal}/archive_status", Configuration = "postgresql.conf";

    private readonly TargetFolder target;
    private readonly RecoveryPlan plan;
    private readonly NewTree tree;
    private readonly PackShelf shelf;
    private readonly IProgress<BaseRestoreProgress> progress;
    private readonly HighestSettings highest;
    private readonly Lock manifestTurn = new();
    private readonly NewFile manifestFile;
    private readonly PostgresManifest manifest;
    private readonly HashSet<string> made = new(StringComparer.Ordinal);
    private (string Text, int Mode) settings = ("", OwnerOnly);
    private long bytes;
    private ulong segments;
    private bool hasConfiguration;

    private const int OwnerOnly = 0b110_000_000;

    public DataDirectoryWriter(TargetFolder target, RecoveryPlan plan, NewTree tree, PackShelf shelf, IProgress<BaseRestoreProgress> progress)
    {
        (this.target, this.plan, this.tree, this.shelf, this.progress) = (target, plan, tree, shelf, progress);
        highest = new HighestSettings(Source);
        tree.MakeFolder(target.Path, Source.FolderMode);
        manifestFile = tree.MakeFile(At(PostgresManifest.Path), FileMode);
        manifest = PostgresManifest.Begin(manifestFile.Stream, Source.ServerVersion / 10000, ulong.Parse(Source.SystemIdentifier, System.Globalization.CultureInfo.InvariantCulture));
    }

    public long Files { get; private set; }

    public long Bytes => bytes;

    public IEnumerable<string> Warnings => hasConfiguration ? [] : [$"the backup has no {Configuration}: the server's configuration lay elsewhere, and must be brought here from there"];

    private BaseBackups.BaseManifest Source => plan.Road.Manifest;

    /// <summary>As the folder's, without the right to enter.</summary>
    private int FileMode => Source.FolderMode & 0b110_100_100;

    /// <summary>Everything that the maps tell, many files at a time.</summary>
    public async Task WriteFilesAsync(TablespaceTargets spaces, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var rebuilder = new FileRebuilder(shelf, new BundleCache(shelf, stop.Token), Source.BlockSize, Count);
        var threads = Math.Clamp(Environment.ProcessorCount, 2, 16);
        try
        {
            await Parallel.ForEachAsync(WholeFilesAsync(spaces, stop.Token), new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop.Token }, async (file, ended) => await WriteFileAsync(rebuilder, file, ended));
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    /// <summary>Exactly as the server gave them: without them it would begin at another place, or look for tablespaces elsewhere.</summary>
    public void WriteLabel()
    {
        WriteTold(BackupLabel.Path, Source.BackupLabel);
        if (Source.TablespaceMap is { } map) WriteTold(TablespaceMap.Path, map);
    }

    /// <summary>All that is replayed, so that nothing else is needed to start; and what says where each timeline comes from.</summary>
    public async Task WriteWalAsync(RoadWal wal, IEnumerable<TimelineId> histories, CancellationToken token)
    {
        foreach (var folder in new[] { ClusterFolder.Wal, ArchiveStatus }.Where(made.Add)) tree.MakeFolder(At(folder), Source.FolderMode);
        foreach (var timeline in histories)
            if (await wal.Archive.ReadNoteAsync(WalFileName.Parse(timeline.HistoryFileName)!, token) is { } history) tree.WriteFile(At($"{ClusterFolder.Wal}/{timeline.HistoryFileName}"), FileMode, history);
        var reader = new WalRecordReader();
        await foreach (var (number, segment) in wal.ReadFromAsync(wal.Size.NumberAt(plan.Road.Redo), token))
        {
            tree.WriteFile(At($"{ClusterFolder.Wal}/{wal.Plan.NameOf(number)}"), FileMode, segment.Span);
            reader.Feed(segment);
            while (reader.TryRead(out var record)) highest.Take(record);
            segments++;
            Report();
        }
    }

    public void WriteSettings(bool promote)
    {
        tree.WriteFile(At(RecoverySettings.Path), settings.Mode, Encoding.UTF8.GetBytes(RecoverySettings.Write(plan, settings.Text, highest.ByName, promote)));
        tree.WriteFile(At(RecoverySettings.Signal), FileMode, []);
    }

    /// <summary>From here on a server starts from it: whatever comes before is on the disk.</summary>
    public void Finish()
    {
        var control = ControlFile.WithoutCheckpoint(Source.Control);
        Tell(ControlFile.Path, control.Length, DateTimeOffset.UnixEpoch, System.Security.Cryptography.SHA256.HashData(control));
        manifest.Finish(Ranges());
        manifestFile.Finish();
        tree.SyncFolders();
        var pending = At(ControlFile.Path + DurableFile.PendingSuffix);
        tree.WriteFile(pending, FileMode, control);
        if (!DurableFile.TryRename(pending, At(ControlFile.Path))) throw new Fault(FaultCode.Refused, "somebody else wrote into the folder") { Where = At(ControlFile.Path), Next = $"ls -la '{target.Path}'" };
    }

    public void Dispose()
    {
        manifest.Dispose();
        manifestFile.Dispose();
    }

    private string At(string path) => Path.Combine(target.Path, path);

    /// <summary>The files with all their runs; folders and links are made on the way, each before what is in it.</summary>
    private async IAsyncEnumerable<MappedFile> WholeFilesAsync(TablespaceTargets spaces, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        var (large, parts) = (new Queue<MappedFile>(), new List<PageRun>());
        await foreach (var item in new PageMapReader(shelf, Source.BlockSize).ItemsAsync(Source.MapLists.Select(list => list.Place()), token))
            switch (item)
            {
                case MappedFile { IsInParts: true } file:
                    large.Enqueue(file);
                    break;
                case MappedFile file:
                    yield return file;
                    break;
                case MappedPart part:
                    parts.AddRange(part.Runs);
                    if (parts.Sum(run => (long)run.Pages) * Source.BlockSize < large.Peek().Size) break;
                    yield return large.Dequeue() with { Runs = [.. parts], IsInParts = false };
                    parts.Clear();
                    break;
                default:
                    MakeFolder(item, spaces);
                    break;
            }
    }

    private void MakeFolder(MapItem item, TablespaceTargets spaces)
    {
        made.Add(item.Path);
        if (spaces.ByPath.TryGetValue(item.Path, out var outside))
        {
            PrivateFolder.Ensure(Path.GetDirectoryName(outside)!);
            tree.MakeFolder(outside, Source.FolderMode);
            tree.MakeLink(At(item.Path), outside);
        }
        else if (item is MappedFolder folder) tree.MakeFolder(At(folder.Path), folder.Mode);
        else throw new Fault(FaultCode.Verification, "the backup holds a symbolic link that leads to no tablespace") { Where = item.Path, Next = "tidemark list # and restore another backup" };
    }

    private async Task WriteFileAsync(FileRebuilder rebuilder, MappedFile file, CancellationToken token)
    {
        if (file.Path == RecoverySettings.Path)
        {
            await KeepSettingsAsync(rebuilder, file, token);
            return;
        }
        if (file.Path == Configuration) hasConfiguration = true;
        using var to = tree.MakeFile(At(file.Path), file.Mode);
        var hash = await rebuilder.WriteAsync(file, to, token);
        to.Finish();
        Tell(file.Path, file.Size, DateTimeOffset.UnixEpoch.AddTicks(file.Modified * TimeSpan.TicksPerMicrosecond), hash);
    }

    /// <summary>It is written when it is known what else must stand in it. PostgreSQL's own check leaves it out.</summary>
    private async Task KeepSettingsAsync(FileRebuilder rebuilder, MappedFile file, CancellationToken token)
    {
        var path = At(RecoverySettings.Path + DurableFile.PendingSuffix);
        using (var to = tree.MakeFile(path, OwnerOnly)) await rebuilder.WriteAsync(file, to, token);
        using (var reader = new StreamReader(RegularFile.OpenForReading(path))) settings = (await reader.ReadToEndAsync(token), file.Mode);
        DurableFile.Remove(path);
    }

    private void WriteTold(string path, byte[] content)
    {
        tree.WriteFile(At(path), FileMode, content);
        Tell(path, content.Length, Source.Wal.Stop.Time, System.Security.Cryptography.SHA256.HashData(content));
    }

    private void Tell(string path, long length, DateTimeOffset modified, byte[] sha256)
    {
        lock (manifestTurn)
        {
            manifest.Add(new ManifestFile(PathText.ToBytes(path), length, modified, ManifestChecksum.Sha256, sha256));
            Files++;
        }
    }

    /// <summary>One for each timeline that the backup itself lies on.</summary>
    private List<ManifestWalRange> Ranges()
    {
        var (ranges, from) = (new List<ManifestWalRange>(), plan.Road.Redo);
        foreach (var fork in plan.Road.History.Forks.Where(fork => fork.End > plan.Road.Redo && fork.End < plan.Road.Consistent))
        {
            ranges.Add(new ManifestWalRange(fork.Parent, from, fork.End));
            from = fork.End;
        }
        ranges.Add(new ManifestWalRange(Source.Wal.Stop.Place().Timeline, from, plan.Road.Consistent));
        return ranges;
    }

    private void Count(int more)
    {
        Interlocked.Add(ref bytes, more);
        Report();
    }

    private void Report() => progress.Report(new BaseRestoreProgress(Interlocked.Read(ref bytes), Source.Totals.Bytes, segments, plan.Segments));
}
