using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Maps;
using Tidemark.Files;
using Tidemark.Repositories.Packs;

namespace Tidemark.Restores.Bases;

/// <summary>Compares an old folder with a backup, and changes nothing. Every file that is there is read.</summary>
internal static class DeltaLook
{
    /// <param name="manifest">Of the backup.</param>
    /// <param name="shelf">Its packs.</param>
    /// <param name="folder">The data directory.</param>
    /// <param name="progress">Is told.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="Fault">8, 9, 10: the backup cannot be read.</exception>
    public static async Task<DeltaPlan> LookAsync(BaseManifest manifest, PackShelf shelf, string folder, IProgress<BaseRestoreProgress> progress, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var leftovers = new Leftovers(folder, remove: false);
        var rebuilder = new FileRebuilder(shelf, new BundleCache(shelf, stop.Token), manifest.BlockSize, (_, _) => { });
        var (files, bytes, kept) = (0L, 0L, 0L);
        try
        {
            await Parallel.ForEachAsync(FilesAsync(), new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 2, 16), CancellationToken = stop.Token }, async (file, ended) =>
            {
                using var there = MendedFile.Look(Path.Combine(folder, file.Path));
                var differing = there is null ? file.Size : await rebuilder.DifferingAsync(file, there, ended);
                if (differing > 0 || there?.There != file.Size) Interlocked.Increment(ref files);
                Interlocked.Add(ref bytes, differing);
                progress.Report(new BaseRestoreProgress(Interlocked.Add(ref kept, file.Size - differing) + Interlocked.Read(ref bytes), manifest.Totals.Bytes, 0, 0));
            });
        }
        finally
        {
            await stop.CancelAsync();
        }
        return new DeltaPlan(files, bytes, kept, leftovers.Count, leftovers.Bytes, leftovers.First);

        async IAsyncEnumerable<MappedFile> FilesAsync()
        {
            await foreach (var item in MapWalk.ItemsAsync(manifest, shelf, stop.Token))
            {
                leftovers.Take(item);
                // Written anew in any case.
                if (item is MappedFile file && file.Path != RecoverySettings.Path) yield return file;
            }
            leftovers.Finish();
        }
    }
}
