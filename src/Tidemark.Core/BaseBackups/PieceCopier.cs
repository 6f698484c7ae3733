using Tidemark.BaseBackups.Maps;
using Tidemark.Postgres.Data;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>A worker: reads, looks at the pages, and puts what the store does not have into packs, compressed.</summary>
/// <param name="files">Its own.</param>
/// <param name="verifier">Its own; null: the cluster has no checksums.</param>
/// <param name="encoder">Its own.</param>
/// <param name="packs">Of all workers.</param>
/// <param name="known">Its own: what the store has; null: nothing.</param>
/// <param name="pageBytes">Of the cluster.</param>
/// <param name="told">Gets the bytes of each piece that was read.</param>
internal sealed class PieceCopier(IClusterFiles files, PageVerifier? verifier, FrameEncoder encoder, PackWriter packs, KnownFrames? known, int pageBytes, Action<long> told) : IAsyncDisposable
{
    private readonly byte[] buffer = new byte[CopyPiece.Longest];

    public IReadOnlyList<BadPage> Bad => verifier?.Bad ?? [];

    public long BadCount => verifier?.BadCount ?? 0;

    /// <summary>Bytes that the store did not have.</summary>
    public long NewBytes { get; private set; }

    /// <summary>Packs of the backup before that could not be read.</summary>
    public IEnumerable<string> Unreadable => known?.Unreadable ?? [];

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
            var place = await PlaceAsync(new Extent(stretch.Path, [new PageSpan((stretch.Offset + at) / pageBytes, pages)]), buffer.AsMemory(at, length), stretch.Before(at / Extent.Largest), token);
            runs.Add(new PageRun(pages, place.Pack, place.Frame, 0));
        }
        told(read);
        return new CopiedStretch(read, runs);
    }

    /// <returns>For each file where it lies; null: it is gone.</returns>
    public async Task<IReadOnlyList<MappedFile?>> CopyAsync(FileBundle bundle, CancellationToken token)
    {
        var lengths = await files.ReadWholeAsync(bundle.Files, buffer, token);
        var (content, mapped, read, end) = (new List<BundledFile>(), new MappedFile?[bundle.Files.Count], 0, 0);
        var offsets = new int?[mapped.Length];
        for (var i = 0; i < mapped.Length; i++)
        {
            if (lengths[i] is not { } length) continue;
            mapped[i] = Mapped(bundle.Files[i], length);
            if (length == 0) continue;
            var bytes = buffer.AsMemory(read, length);
            read += length;
            await LookAsync(bundle.Files[i].Path, 0, bytes, token);
            if (known is not null && bundle.Before[i] is { } before && await known.IsSameAsync(before, bytes, token))
            {
                mapped[i] = mapped[i]! with { Bundle = before.Bundle };
                continue;
            }
            // Those that stay close up.
            bytes.CopyTo(buffer.AsMemory(end));
            content.Add(new BundledFile(bundle.Files[i].Path, length));
            offsets[i] = end;
            end += length;
        }
        FramePlace? place = content.Count == 0 ? null : await PlaceAsync(new Bundle(content), buffer.AsMemory(0, end), default, token);
        told(read);
        return [.. mapped.Select((file, i) => offsets[i] is { } at ? file! with { Bundle = new BundlePlace(place!.Value.Pack, place.Value.Frame, at) } : file)];
    }

    public static MappedFile Mapped(ClusterEntry file, long size) => new(file.Path, size, (int)file.Mode, (file.Modified - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    public ValueTask DisposeAsync()
    {
        encoder.Dispose();
        return files.DisposeAsync();
    }

    private async ValueTask<FramePlace> PlaceAsync(FrameContent content, ReadOnlyMemory<byte> raw, PageRun before, CancellationToken token)
    {
        var hash = ContentHash.Of(raw.Span);
        if (known is not null && await known.FindAsync(content, raw.Length, hash, before, token) is { } there) return there;
        NewBytes += raw.Length;
        return await packs.AddAsync(encoder.Encode(content, raw.Span, hash), token);
    }

    private Task LookAsync(string path, long offset, Memory<byte> piece, CancellationToken token) => verifier?.CheckAsync(path, offset, piece, token) ?? Task.CompletedTask;
}
