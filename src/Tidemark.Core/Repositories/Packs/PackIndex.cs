using Tidemark.Codecs;

namespace Tidemark.Repositories.Packs;

/// <summary>What a pack holds, as it says itself. Anybody may have written it: nothing is taken on trust but the room it asks for within bounds.</summary>
internal sealed class PackIndex
{
    /// <summary>Bytes: far above what ours have.</summary>
    public const int Largest = 8 * 1024 * 1024;

    private const int SmallestPage = 512, LargestPage = 65536;

    private PackIndex(int pageSize, IReadOnlyList<IndexedFrame> frames, ContentHash hash) => (PageSize, Frames, Hash) = (pageSize, frames, hash);

    public int PageSize { get; }

    /// <summary>One behind the other, without gaps.</summary>
    public IReadOnlyList<IndexedFrame> Frames { get; }

    public ContentHash Hash { get; }

    /// <param name="raw">Unpacked.</param>
    /// <param name="length">Bytes of the pack before the index.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static PackIndex Read(ReadOnlySpan<byte> raw, long length)
    {
        var from = new FieldReader(raw);
        var pageSize = from.Number(LargestPage);
        if (pageSize < SmallestPage || !int.IsPow2(pageSize)) throw new InvalidDataException($"its pages would have {pageSize} bytes");
        var (frames, offset, path) = (new List<IndexedFrame>(), 0L, Array.Empty<byte>());
        while (!from.IsAtEnd)
        {
            var kind = (FrameKind)from.Number((int)FrameKind.MapList);
            var stored = from.Number(ZstdEncoder.Bound(MapContent.Largest));
            var size = from.Number(kind is FrameKind.MapChunk or FrameKind.MapList ? MapContent.Largest : Extent.Largest);
            var hash = from.Hash();
            FrameContent content = kind switch
            {
                FrameKind.Extent => ReadExtent(ref from, ref path, size, pageSize),
                FrameKind.Bundle => ReadBundle(ref from, ref path, size),
                FrameKind.MapChunk => MapContent.Chunk,
                FrameKind.MapList => MapContent.List,
                _ => throw new InvalidDataException("it holds a frame of no kind"),
            };
            frames.Add(new IndexedFrame(content, offset, stored, size, hash));
            offset += stored;
        }
        return offset == length ? new PackIndex(pageSize, frames, ContentHash.Of(raw)) : throw new InvalidDataException($"its frames have {offset} bytes, and the pack has {length} of them");
    }

    private static Extent ReadExtent(ref FieldReader from, ref byte[] path, int size, int pageSize)
    {
        path = from.Name(path);
        var pages = (size + pageSize - 1) / pageSize;
        var (spans, next, seen) = (new PageSpan[from.Number(pages)], 0L, 0);
        for (var at = 0; at < spans.Length; at++)
        {
            spans[at] = new PageSpan(next + from.Number(long.MaxValue / LargestPage - next), from.Number(pages - seen));
            (next, seen) = (spans[at].First + spans[at].Count, seen + spans[at].Count);
        }
        return seen == pages ? new Extent(PathText.ToText(path), spans) : throw new InvalidDataException($"an extent of {pages} pages tells {seen}");
    }

    private static Bundle ReadBundle(ref FieldReader from, ref byte[] path, int size)
    {
        var files = new BundledFile[from.Number(Bundle.MostFiles)];
        for (var at = 0; at < files.Length; at++)
        {
            path = from.Name(path);
            files[at] = new BundledFile(PathText.ToText(path), from.Number(size));
            size -= files[at].Length;
        }
        return size == 0 ? new Bundle(files) : throw new InvalidDataException($"{size} bytes of a bundle belong to no file");
    }
}
