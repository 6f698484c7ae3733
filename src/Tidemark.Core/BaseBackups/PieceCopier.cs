using Tidemark.BaseBackups.Maps;
using Tidemark.Postgres.Data;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>A worker: reads, looks at the pages, compresses, and puts into packs.</summary>
/// <param name="files">Its own.</param>
/// <param name="verifier">Its own; null: the cluster has no checksums.</param>
/// <param name="encoder">Its own.</param>
/// <param name="packs">Of all workers.</param>
/// <param name="pageBytes">Of the cluster.</param>
/// <param name="told">Gets the bytes of each piece that was read.</param>
internal sealed class PieceCopier(IClusterFiles files, PageVerifier? verifier, FrameEncoder encoder, PackWriter packs, int pageBytes, Action<long> told) : IAsyncDisposable
{
    private readonly byte[] buffer = new byte[CopyPiece.Longest];

    public IReadOnlyList<BadPage> Bad => verifier?.Bad ?? [];

    public long BadCount => verifier?.BadCount ?? 0;

    /// <returns>Null: the file is gone.</returns>
    public async Task<CopiedStretch?> CopyAsync(FileStretch stretch, CancellationToken token)
    {
        if (await files.ReadAsync(stretch.Path, stretch.Offset, buffer.AsMemory(0, stretch.Length), token) is not { } read) return null;
        await LookAsync(stretch.Path, stretch.Offset, buffer.AsMemory(0, read), token);
        var runs = new List<PageRun>();
        for (var at = 0; at < read; at += Extent.Largest)
        {
            var length = Math.Min(Extent.Largest, read - at);
            var pages = (length + pageBytes - 1) / pageBytes;
            var frame = encoder.Encode(new Extent(stretch.Path, [new PageSpan((stretch.Offset + at) / pageBytes, pages)]), buffer.AsSpan(at, length));
            var place = await packs.AddAsync(frame, token);
            runs.Add(new PageRun(pages, place.Pack, place.Frame, 0));
        }
        told(read);
        return new CopiedStretch(read, runs);
    }

    /// <returns>For each file where it lies; null: it is gone.</returns>
    public async Task<IReadOnlyList<MappedFile?>> CopyAsync(FileBundle bundle, CancellationToken token)
    {
        var lengths = await files.ReadWholeAsync(bundle.Files, buffer, token);
        var (content, offsets, end) = (new List<BundledFile>(), new int[bundle.Files.Count], 0);
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = end;
            if (lengths[i] is not (> 0 and var length)) continue;
            await LookAsync(bundle.Files[i].Path, 0, buffer.AsMemory(end, length), token);
            content.Add(new BundledFile(bundle.Files[i].Path, length));
            end += length;
        }
        FramePlace? place = content.Count == 0 ? null : await packs.AddAsync(encoder.Encode(new Bundle(content), buffer.AsSpan(0, end)), token);
        told(end);
        return [.. bundle.Files.Select((file, i) => lengths[i] is not { } size ? null : size == 0 ? Mapped(file, 0) : Mapped(file, size) with { Bundle = new BundlePlace(place!.Value.Pack, place.Value.Frame, offsets[i]) })];
    }

    public static MappedFile Mapped(ClusterEntry file, long size) => new(file.Path, size, (int)file.Mode, (file.Modified - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    public ValueTask DisposeAsync()
    {
        encoder.Dispose();
        return files.DisposeAsync();
    }

    private Task LookAsync(string path, long offset, Memory<byte> piece, CancellationToken token) => verifier?.CheckAsync(path, offset, piece, token) ?? Task.CompletedTask;
}
