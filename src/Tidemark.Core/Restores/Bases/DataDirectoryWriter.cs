using System.Text;
using Tidemark.BaseBackups.Maps;
using Tidemark.Files;
using Tidemark.Postgres;
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
    private readonly OutsideFolders outside;
    private readonly Leftovers? leftovers;
    private readonly NewTree tree;
    private readonly PackShelf shelf;
    private readonly IProgress<BaseRestoreProgress> progress;
    private readonly HighestSettings highest;
    private readonly Lock manifestTurn = new();
    private readonly NewFile manifestFile;
    private readonly PostgresManifest manifest;
    private readonly HashSet<string> made = new(StringComparer.Ordinal);
    private (string Text, int Mode) settings = ("", OwnerOnly);
    private long bytes, written;
    private ulong segments;
    private bool hasConfiguration;

    private const int OwnerOnly = 0b110_000_000;

    /// <param name="target">The folder, which is there.</param>
    /// <param name="plan">What comes.</param>
    /// <param name="outside">What does not come into the folder itself.</param>
    /// <param name="tree">Makes everything.</param>
    /// <param name="shelf">The packs.</param>
    /// <param name="progress">Is told.</param>
    public DataDirectoryWriter(TargetFolder target, RecoveryPlan plan, OutsideFolders outside, NewTree tree, PackShelf shelf, IProgress<BaseRestoreProgress> progress)
    {
        (this.target, this.plan, this.outside, this.tree, this.shelf, this.progress) = (target, plan, outside, tree, shelf, progress);
        highest = new HighestSettings(Source);
        leftovers = target.Mends ? new Leftovers(target.Path, remove: true) : null;
        manifestFile = tree.MakeFile(At(PostgresManifest.Path), FileMode);
        manifest = PostgresManifest.Begin(manifestFile.Stream, Source.ServerVersion / 10000, ulong.Parse(Source.SystemIdentifier, System.Globalization.CultureInfo.InvariantCulture));
    }

    public long Files { get; private set; }

    public long Bytes => bytes;

    /// <summary>Of these, what did not stand there already.</summary>
    public long Written => written;

    /// <summary>What was there and is not in the backup.</summary>
    public long Removed => leftovers?.Count ?? 0;

    /// <summary>The last commit in the WAL that was laid down, or looked through; null: none was in it.</summary>
    public FoundRecord? LastCommit { get; private set; }

    public IEnumerable<string> Warnings => hasConfiguration ? [] : [$"the backup has no {Configuration}: the server's configuration lay elsewhere, and must be brought here from there"];

    private BaseBackups.BaseManifest Source => plan.Road.Manifest;

    /// <summary>As the folder's, without the right to enter.</summary>
    private int FileMode => Source.FolderMode & 0b110_100_100;

    /// <summary>Everything that the maps tell, many files at a time.</summary>
    public async Task WriteFilesAsync(CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var rebuilder = new FileRebuilder(shelf, new BundleCache(shelf, stop.Token), Source.BlockSize, Count);
        // Twice the cores: half of them wait for the disk.
        var threads = Math.Clamp(2 * Environment.ProcessorCount, 4, 16);
        try
        {
            await Parallel.ForEachAsync(FilesAsync(stop.Token), new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop.Token }, async (file, ended) => await WriteFileAsync(rebuilder, file, ended));
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
        if (outside.TablespaceMap is { } map) WriteTold(TablespaceMap.Path, map);
    }

    /// <summary>The folders of the WAL, empty.</summary>
    public void MakeWalFolders()
    {
        if (made.Add(ClusterFolder.Wal)) MakeFolder(new MappedFolder(ClusterFolder.Wal, Source.FolderMode));
        if (made.Add(ArchiveStatus)) tree.MakeFolder(At(ArchiveStatus), Source.FolderMode);
    }

    /// <summary>All that is replayed, so that nothing else is needed to start; and what says where each timeline comes from.</summary>
    public async Task WriteWalAsync(RoadWal wal, IEnumerable<TimelineId> histories, CancellationToken token)
    {
        foreach (var timeline in histories)
            if (await wal.Archive.ReadNoteAsync(WalFileName.Parse(timeline.HistoryFileName)!, token) is { } history) tree.WriteFile(At($"{ClusterFolder.Wal}/{timeline.HistoryFileName}"), FileMode, history);
        await ReadWalAsync(wal, (name, segment) => tree.WriteFile(At($"{ClusterFolder.Wal}/{name}"), FileMode, segment.Span), token);
    }

    /// <summary>Nothing is laid down: it is only looked at which settings the replay will need, and that all of it can be read.</summary>
    public Task LookThroughWalAsync(RoadWal wal, CancellationToken token) => ReadWalAsync(wal, (_, _) => { }, token);

    private async Task ReadWalAsync(RoadWal wal, Action<WalSegmentName, ReadOnlyMemory<byte>> take, CancellationToken token)
    {
        var reader = new WalRecordReader();
        await foreach (var (number, segment) in wal.ReadFromAsync(wal.Size.NumberAt(plan.Road.Redo), token))
        {
            take(wal.Plan.NameOf(number), segment);
            reader.Feed(segment);
            while (reader.TryRead(out var record))
            {
                highest.Take(record);
                if (IsReplayed(record) && WalTransactionEnd.Of(record) is { Committed: true } commit) LastCommit = new FoundRecord(record.At, record.Next, commit.Time);
            }
            segments++;
            Report();
        }
    }

    private bool IsReplayed(in WalRecord record) => plan.Stop switch
    {
        RecoveryStop.Place => record.At <= plan.At,
        RecoveryStop.Immediate => record.Next <= plan.Road.Consistent,
        _ => record.Next <= plan.WalEnd,
    };

    public void WriteSettings(RecoveryManner manner)
    {
        tree.WriteFile(At(RecoverySettings.Path), settings.Mode, Encoding.UTF8.GetBytes(RecoverySettings.Write(plan, settings.Text, highest.ByName, manner)));
        tree.WriteFile(At(RecoverySettings.SignalOf(manner)), FileMode, []);
    }

    /// <summary>From here on a server starts from it: whatever comes before is on the disk.</summary>
    public void Finish()
    {
        var control = ControlFile.WithoutCheckpoint(Source.Control);
        Tell(ControlFile.Path, control.Length, DateTimeOffset.UnixEpoch, Crc32C.Of(control));
        manifest.Finish(Ranges());
        manifestFile.Finish();
        tree.Sync();
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

    /// <summary>Folders and links are made on the way, each before what is in it.</summary>
    private async IAsyncEnumerable<MappedFile> FilesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await foreach (var item in MapWalk.ItemsAsync(Source, shelf, token))
        {
            leftovers?.Take(item);
            if (item is MappedFile file) yield return file;
            else if (made.Add(item.Path)) MakeFolder(item);
        }
        leftovers?.Finish();
    }

    private void MakeFolder(MapItem item)
    {
        if (outside.ByPath.TryGetValue(item.Path, out var elsewhere))
        {
            // The server's user must be able to pass through folders that are made on the way.
            var missing = new Stack<string>();
            for (var above = Path.GetDirectoryName(elsewhere)!; !Directory.Exists(above); above = Path.GetDirectoryName(above)!) missing.Push(above);
            foreach (var above in missing) tree.MakeFolder(above, Source.FolderMode);
            tree.MakeFolder(Posix.Realpath(elsewhere) ?? elsewhere, Source.FolderMode);
            tree.MakeLink(At(item.Path), elsewhere);
        }
        else if (item is MappedFolder folder) tree.MakeFolder(At(folder.Path), folder.Mode);
        else throw new Fault(FaultCode.Verification, "the backup holds a symbolic link that leads to no tablespace") { Where = item.Path, Next = "tidemark list # and restore another backup" };
    }

    private async Task WriteFileAsync(FileRebuilder rebuilder, MappedFile file, CancellationToken token)
    {
        if (file.Path == RecoverySettings.Path)
        {
            // It is written when it is known what else must stand in it. PostgreSQL's own check leaves it out.
            settings = (Encoding.UTF8.GetString(await rebuilder.ReadAsync(file, token)), file.Mode);
            return;
        }
        if (file.Path == Configuration) hasConfiguration = true;
        using var to = tree.MendFile(At(file.Path), file.Mode, file.Size);
        var sum = await rebuilder.WriteAsync(file, to, token);
        to.Finish(file.Size);
        Tell(file.Path, file.Size, DateTimeOffset.UnixEpoch.AddTicks(file.Modified * TimeSpan.TicksPerMicrosecond), sum);
    }

    private void WriteTold(string path, byte[] content)
    {
        tree.WriteFile(At(path), FileMode, content);
        Tell(path, content.Length, Source.Wal.Stop.Time, Crc32C.Of(content));
    }

    private void Tell(string path, long length, DateTimeOffset modified, uint sum)
    {
        lock (manifestTurn)
        {
            manifest.Add(new ManifestFile(PathText.ToBytes(path), length, modified, sum));
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

    private void Count(int more, int anew)
    {
        Interlocked.Add(ref bytes, more);
        Interlocked.Add(ref written, anew);
        Report();
    }

    private void Report() => progress.Report(new BaseRestoreProgress(Interlocked.Read(ref bytes), Source.Totals.Bytes, segments, plan.Segments));
}
