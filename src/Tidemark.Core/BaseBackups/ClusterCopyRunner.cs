using Tidemark.BaseBackups.Maps;
using Tidemark.Postgres;
using Tidemark.Postgres.Data;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>Copies all files of a cluster into packs while the server works, and the control file last of all.</summary>
/// <param name="bases">Where to.</param>
/// <param name="uploads">Bring the packs there.</param>
/// <param name="parent">Whose packs are used again; null: nobody's.</param>
/// <param name="left">What killed runs left.</param>
/// <param name="clock">Of pauses.</param>
/// <param name="progress">Told how much was read.</param>
internal sealed class ClusterCopyRunner(BaseStore bases, PackUploads uploads, BaseManifest? parent, LeftFrames left, TimeProvider clock, IProgress<BaseProgress> progress)
{
    /// <summary>Of zstd: measured, see docs/decisions/0022.</summary>
    private const int Level = 1;

    /// <param name="address">Where the backup's session went.</param>
    /// <param name="facts">What that was told.</param>
    /// <param name="start">Where the backup began.</param>
    /// <param name="isLocal">The data folder is read as files, else over SQL.</param>
    /// <param name="workers">How many read.</param>
    /// <param name="token">Ends all.</param>
    /// <exception cref="Fault">What ended it.</exception>
    public async Task<CopyReport> RunAsync(DatabaseAddress address, ClusterFacts facts, BackupStart start, bool isLocal, int workers, CancellationToken token)
    {
        await using var files = await OpenAsync();
        var selection = new BackupSelection(facts.VersionFolder, facts.TablespacesInside);
        var (total, read) = (0L, 0L);
        using var shelf = bases.OpenShelf();
        var (reader, lists) = (new PageMapReader(shelf, facts.PageBytes), parent?.MapLists.Select(list => list.Place()).ToList() ?? []);
        await using var before = parent is null ? null : new ParentFiles(reader.ItemsAsync(lists, token), facts.PageBytes);
        using var data = new PackWriter(uploads, facts.PageBytes);
        using var mapPacks = new PackWriter(uploads, facts.PageBytes);
        using var mapEncoder = new FrameEncoder(Level);
        await using var map = new PageMapWriter(mapPacks, mapEncoder, facts.PageBytes, parent is null ? null : new ParentMap(lists, reader.ChunksAsync(lists, token)));
        var copy = new ClusterCopy(facts, map, before);
        var copiers = new List<PieceCopier>();
        try
        {
            while (copiers.Count < workers)
            {
                var own = await OpenAsync();
                var verifier = facts.HasChecksums ? new PageVerifier(own, facts.PageBytes, facts.SegmentPages, start.Lsn, clock) : null;
                var known = parent is null && left.Packs == 0 ? null : new KnownFrames(shelf, left);
                copiers.Add(new PieceCopier(own, verifier, new FrameEncoder(Level), data, known, facts.PageBytes, bytes => progress.Report(new BaseProgress("reading", Interlocked.Add(ref read, bytes), Interlocked.Read(ref total), uploads.Stored))));
            }
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
            await AllOrNone.RunAsync([copy.RunAsync(new ClusterListing(files, selection), copiers, stop.Token), SizeAsync(stop.Token)], stop);
            var (control, _) = await ControlFileReader.ReadAsync(files, token);
            await data.SealAsync(token);
            var places = await map.CompleteAsync(token);
            return new CopyReport(places, map.Packs, control, copy.Copied.Files, copy.Copied.Bytes, copiers.Sum(copier => copier.NewBytes), copy.Refused,
                [.. copiers.SelectMany(copier => copier.Bad)], copiers.Sum(copier => copier.BadCount), [.. copiers.SelectMany(copier => copier.Unreadable).Distinct()]);
        }
        finally
        {
            foreach (var copier in copiers) await copier.DisposeAsync();
        }

        // Beside the copying, which need not wait for it: only the time left is not known so long.
        async Task SizeAsync(CancellationToken token)
        {
            await using var own = await OpenAsync();
            var bytes = 0L;
            await foreach (var (entry, fate) in new ClusterListing(own, selection).WalkAsync(token))
                if (fate == EntryFate.Copied) bytes += entry.Length;
            Interlocked.Exchange(ref total, bytes);
        }

        async Task<IClusterFiles> OpenAsync() => isLocal ? new LocalClusterFiles(facts.DataFolder) : await SqlClusterFiles.OpenAsync(address, facts, token);
    }
}
