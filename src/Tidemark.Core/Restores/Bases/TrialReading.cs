using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Maps;
using Tidemark.Repositories.Packs;

namespace Tidemark.Restores.Bases;

/// <summary>How long a restore may take that nobody ever measured, and the replay behind it: what one reader gets, and as wide a range as our ignorance of the rest.</summary>
/// <param name="Least">If all goes as well as it can.</param>
/// <param name="Most">If it goes as badly as it usually does.</param>
/// <param name="BytesPerSecond">What one reader got out of the store just now.</param>
internal sealed record TrialReading(TimeSpan Least, TimeSpan Most, long BytesPerSecond)
{
    /// <summary>So much is read as a trial.</summary>
    private const long Trial = 16 << 20;

    /// <summary>Servers replay between so many bytes of WAL a second: random updates on a cold cache, and bulk loads.</summary>
    private const double SlowReplay = 15e6, FastReplay = 200e6;

    /// <summary>Readers at once gain so much over one, and disks take so much back.</summary>
    private const double Gain = 3, Loss = 3;

    /// <param name="plan">What would be done.</param>
    /// <param name="bytes">Of files that would be fetched.</param>
    /// <param name="shelf">The packs, some of which are read.</param>
    /// <param name="clock">Times it.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<TrialReading> MeasureAsync(RecoveryPlan plan, long bytes, PackShelf shelf, TimeProvider clock, CancellationToken token)
    {
        var (manifest, read, begun) = (plan.Road.Manifest, 0L, 0L);
        var rebuilder = new FileRebuilder(shelf, new BundleCache(shelf, token), manifest.BlockSize, (_, _) => { });
        await foreach (var item in MapWalk.ItemsAsync(manifest, shelf, token))
        {
            if (begun == 0) begun = clock.GetTimestamp();
            if (item is not MappedFile { Size: > 0 } file) continue;
            var part = file.Bundle is null ? Beginning(file, manifest) : file;
            read += (await rebuilder.ReadAsync(part, token)).Length;
            if (read >= Trial) break;
        }
        var rate = Math.Max(1, read / Math.Max(0.001, clock.GetElapsedTime(begun).TotalSeconds));
        var wal = plan.WalBytes;
        return new TrialReading(TimeSpan.FromSeconds((bytes + wal) / (rate * Gain) + wal / FastReplay), TimeSpan.FromSeconds((bytes + wal) * Loss / rate + wal / SlowReplay), (long)rate);
    }

    /// <summary>Of a large file, so much that it is no more than the trial.</summary>
    private static MappedFile Beginning(MappedFile file, BaseManifest manifest)
    {
        var (runs, size) = (new List<PageRun>(), 0L);
        foreach (var run in file.Runs)
        {
            if (size >= Trial) break;
            runs.Add(run);
            size += (long)run.Pages * manifest.BlockSize;
        }
        return file with { Runs = runs, Size = Math.Min(size, file.Size) };
    }
}
