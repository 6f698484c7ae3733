using System.Security.Cryptography;
using Tidemark.BaseBackups.Maps;
using Tidemark.Files;
using Tidemark.Repositories.Packs;

namespace Tidemark.Restores.Bases;

/// <summary>Puts a file together from where its pages lie. May be used by many threads, each for a file.</summary>
/// <param name="shelf">The packs.</param>
/// <param name="bundles">Where small files lie.</param>
/// <param name="pageSize">Bytes.</param>
/// <param name="written">Told how many bytes more.</param>
internal sealed class FileRebuilder(PackShelf shelf, BundleCache bundles, int pageSize, Action<int> written)
{
    /// <summary>Frames behind each other that are fetched at once: 2 MiB.</summary>
    private const int AtOnce = 8;

    /// <summary>Fetches that are under way for one file besides the one that is written.</summary>
    private const int Ahead = 2;

    /// <summary>Bytes that a thread holds at most, packed and unpacked.</summary>
    public const long Memory = (Ahead + 1) * AtOnce * 2L * Extent.Largest;

    /// <returns>SHA-256 of the whole file.</returns>
    /// <param name="file">With all its runs.</param>
    /// <param name="to">Takes its bytes.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="Fault">10: a pack is damaged, or does not hold what the map says. 9: nothing opens it. 8, 15.</exception>
    public async Task<byte[]> WriteAsync(MappedFile file, NewFile to, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (file.Bundle is { } bundle) Put((await bundles.ReadAsync(bundle)).AsSpan(), bundle.Offset, file.Size);
        var (left, coming) = (file.Size, new Queue<Task<(List<PageRun> Runs, IReadOnlyList<byte[]> Raw)>>());
        foreach (var batch in Batches(file.Runs))
        {
            coming.Enqueue(Task.Run(() => FetchAsync(batch, token), token));
            if (coming.Count > Ahead) PutRuns(await coming.Dequeue());
        }
        while (coming.TryDequeue(out var batch)) PutRuns(await batch);
        return file.Bundle is not null || left == 0 ? hash.GetHashAndReset() : throw Damaged(file, $"{left} bytes of it are nowhere");

        void Put(ReadOnlySpan<byte> raw, long from, long count)
        {
            if (from + count > raw.Length) throw Damaged(file, "a frame holds less than the map says");
            var bytes = raw.Slice((int)from, (int)count);
            hash.AppendData(bytes);
            to.Write(bytes);
            written(bytes.Length);
        }

        void PutRuns((List<PageRun> Runs, IReadOnlyList<byte[]> Raw) batch)
        {
            foreach (var (run, raw) in batch.Runs.Zip(batch.Raw))
            {
                var count = Math.Min((long)run.Pages * pageSize, left);
                Put(raw, (long)run.Within * pageSize, count);
                left -= count;
            }
        }
    }

    private async Task<(List<PageRun> Runs, IReadOnlyList<byte[]> Raw)> FetchAsync(List<PageRun> batch, CancellationToken token) =>
        (batch, await (await shelf.OpenAsync(batch[0].Pack.Pack, token)).ReadAsync(batch[0].Frame, batch.Count, token));

    private static IEnumerable<List<PageRun>> Batches(IReadOnlyList<PageRun> runs)
    {
        var batch = new List<PageRun>();
        foreach (var run in runs)
        {
            if (batch.Count == AtOnce || (batch.Count > 0 && (run.Pack.Pack.Id != batch[0].Pack.Pack.Id || run.Frame != batch[^1].Frame + 1)))
            {
                yield return batch;
                batch = [];
            }
            batch.Add(run);
        }
        if (batch.Count > 0) yield return batch;
    }

    private static Fault Damaged(MappedFile file, string why) => new(FaultCode.Verification, "a file of the backup cannot be put together") { Where = file.Path, Why = why, Next = "tidemark list # and restore another backup" };
}
