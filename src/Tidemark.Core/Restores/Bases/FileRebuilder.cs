using System.Runtime.CompilerServices;
using Tidemark.BaseBackups.Maps;
using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Repositories.Packs;

namespace Tidemark.Restores.Bases;

/// <summary>Puts a file together from where its pages lie. What stands in it already, told by its hash, is not fetched. May be used by many threads, each for a file.</summary>
/// <param name="shelf">The packs.</param>
/// <param name="bundles">Where small files lie.</param>
/// <param name="pageSize">Bytes.</param>
/// <param name="passed">Told how many bytes more, and how many of them were written.</param>
internal sealed class FileRebuilder(PackShelf shelf, BundleCache bundles, int pageSize, Action<int, int> passed)
{
    /// <summary>Frames behind each other that are fetched at once: 2 MiB.</summary>
    private const int AtOnce = 8;

    /// <summary>Fetches that are under way for one file besides the one that is written.</summary>
    private const int Ahead = 2;

    /// <returns>CRC-32C of the whole file.</returns>
    /// <param name="file">With all its runs.</param>
    /// <param name="to">Takes its bytes.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="Fault">10: a pack is damaged, or does not hold what the map says. 9: nothing opens it. 8, 15.</exception>
    public async Task<uint> WriteAsync(MappedFile file, MendedFile to, CancellationToken token)
    {
        var (sum, at) = (Crc32C.Start, 0L);
        await foreach (var (bytes, isThere) in PiecesAsync(file, to, token))
        {
            sum = Crc32C.Add(sum, bytes.Span);
            if (!isThere) to.Write(bytes.Span, at);
            at += bytes.Length;
            passed(bytes.Length, isThere ? 0 : bytes.Length);
        }
        return ~sum;
    }

    /// <summary>A small file, into memory.</summary>
    /// <exception cref="Fault">As the other one.</exception>
    public async Task<byte[]> ReadAsync(MappedFile file, CancellationToken token)
    {
        using var whole = new MemoryStream();
        await foreach (var (bytes, _) in PiecesAsync(file, null, token)) whole.Write(bytes.Span);
        return whole.ToArray();
    }

    /// <summary>How many of its bytes are not those that stand there. Fetches next to nothing.</summary>
    /// <exception cref="Fault">As the other ones.</exception>
    public async Task<long> DifferingAsync(MappedFile file, MendedFile there, CancellationToken token)
    {
        if (file.Bundle is { } bundle) return there.Holds(Part(file, await bundles.ReadAsync(bundle), bundle.Offset, file.Size).Span, 0) ? 0 : file.Size;
        var (at, differing) = (0L, 0L);
        foreach (var run in file.Runs)
        {
            var reader = await shelf.OpenAsync(run.Pack.Pack, token);
            var count = Count(file, run, at);
            var same = IsWhole(reader, run, count) ? StoodThere(reader, run, at, count, there).Length > 0 : there.Holds(Part(file, await reader.ReadAsync(run.Frame, token), (long)run.Within * pageSize, count).Span, at);
            (at, differing) = (at + count, differing + (same ? 0 : count));
        }
        return differing;
    }

    private async IAsyncEnumerable<FilePiece> PiecesAsync(MappedFile file, MendedFile? there, [EnumeratorCancellation] CancellationToken token)
    {
        if (file.Bundle is { } bundle)
        {
            var bytes = Part(file, await bundles.ReadAsync(bundle), bundle.Offset, file.Size);
            yield return new FilePiece(bytes, there?.Holds(bytes.Span, 0) == true);
            yield break;
        }
        var (at, coming) = (0L, new Queue<Task<FilePiece[]>>());
        foreach (var batch in Batches(file.Runs))
        {
            var start = at;
            coming.Enqueue(Task.Run(() => FetchAsync(file, batch, start, there, token), token));
            at += batch.Sum(run => (long)run.Pages) * pageSize;
            if (coming.Count <= Ahead) continue;
            foreach (var piece in await coming.Dequeue()) yield return piece;
        }
        while (coming.TryDequeue(out var batch))
            foreach (var piece in await batch) yield return piece;
        if (at < file.Size) throw Damaged(file, $"{file.Size - at} bytes of it are nowhere");
    }

    private async Task<FilePiece[]> FetchAsync(MappedFile file, List<PageRun> batch, long at, MendedFile? there, CancellationToken token)
    {
        var reader = await shelf.OpenAsync(batch[0].Pack.Pack, token);
        var (pieces, places) = (new FilePiece[batch.Count], new (long At, int Count)[batch.Count]);
        for (var one = 0; one < batch.Count; one++)
        {
            places[one] = (at, Count(file, batch[one], at));
            var stood = there is not null && IsWhole(reader, batch[one], places[one].Count) ? StoodThere(reader, batch[one], at, places[one].Count, there) : [];
            pieces[one] = new FilePiece(stood, stood.Length > 0);
            at += places[one].Count;
        }
        for (var first = 0; first < batch.Count;)
        {
            var end = first;
            while (end < batch.Count && !pieces[end].IsThere) end++;
            if (end > first)
            {
                var raw = await reader.ReadAsync(batch[first].Frame, end - first, token);
                for (var one = first; one < end; one++)
                {
                    var bytes = Part(file, raw[one - first], (long)batch[one].Within * pageSize, places[one].Count);
                    pieces[one] = new FilePiece(bytes, there?.Holds(bytes.Span, places[one].At) == true);
                }
            }
            first = Math.Max(end, first + 1);
        }
        return pieces;
    }

    /// <summary>Of a frame, as it would come out of it: its hash tells. Empty: something else stands there.</summary>
    private static byte[] StoodThere(PackReader reader, PageRun run, long at, int count, MendedFile there)
    {
        if (at + count > there.There) return [];
        var bytes = new byte[count];
        return there.TryRead(bytes, at) && ContentHash.Of(bytes) == reader.Index.Frames[run.Frame].Hash ? bytes : [];
    }

    /// <summary>Only of a whole frame the hash is known.</summary>
    private static bool IsWhole(PackReader reader, PageRun run, int count) => run.Within == 0 && run.Frame < reader.Index.Frames.Count && reader.Index.Frames[run.Frame].Raw == count && count > 0;

    private int Count(MappedFile file, PageRun run, long at) => (int)Math.Clamp(file.Size - at, 0, (long)run.Pages * pageSize);

    private static ReadOnlyMemory<byte> Part(MappedFile file, byte[] raw, long from, long count) =>
        from + count <= raw.Length ? raw.AsMemory((int)from, (int)count) : throw Damaged(file, "a frame holds less than the map says");

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
