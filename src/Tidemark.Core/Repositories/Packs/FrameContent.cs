namespace Tidemark.Repositories.Packs;

/// <summary>What a frame of a pack is.</summary>
internal abstract record FrameContent(FrameKind Kind);

/// <summary>Pages of one file.</summary>
/// <param name="Path">Within the data directory.</param>
/// <param name="Pages">In order; the very last may be short, where the file ends.</param>
internal sealed record Extent(string Path, IReadOnlyList<PageSpan> Pages) : FrameContent(FrameKind.Extent)
{
    /// <summary>Bytes that an extent or a bundle has at most: so much is unpacked to read one page.</summary>
    public const int Largest = 256 * 1024;
}

/// <summary>Small files, each whole, one behind the other.</summary>
internal sealed record Bundle(IReadOnlyList<BundledFile> Files) : FrameContent(FrameKind.Bundle)
{
    public const int MostFiles = 1024;
}

/// <summary>A part of a page map.</summary>
internal sealed record MapContent : FrameContent
{
    /// <summary>Bytes, with much to spare.</summary>
    public const int Largest = 4 * 1024 * 1024;

    public static readonly MapContent Chunk = new(FrameKind.MapChunk), List = new(FrameKind.MapList);

    private MapContent(FrameKind kind)
        : base(kind)
    {
    }
}

/// <param name="First">Number of the page, from 0.</param>
/// <param name="Count">At least one.</param>
internal readonly record struct PageSpan(long First, int Count);

/// <param name="Path">Within the data directory.</param>
/// <param name="Length">Bytes, at least one.</param>
internal sealed record BundledFile(string Path, int Length);

/// <summary>The numbers are those of the format.</summary>
internal enum FrameKind
{
    Extent = 1,
    Bundle = 2,
    MapChunk = 3,
    MapList = 4,
}
