namespace Tidemark.BaseBackups.Maps;

/// <summary>A chunk as a list names it.</summary>
internal sealed record ListedChunk(ChunkKey Key, MapPlace Place);

/// <summary>Where a chunk stands in a map.</summary>
/// <param name="Path">Of the first thing in it.</param>
/// <param name="FirstPage">Of a part of a large file; null: it is a chunk of names.</param>
internal sealed record ChunkKey(string Path, long? FirstPage) : IComparable<ChunkKey>
{
    /// <summary>A chunk of names is followed by the parts of its large files.</summary>
    public int CompareTo(ChunkKey? other) =>
        MapOrder.Compare(Path, other!.Path) is var paths and not 0 ? paths : (FirstPage ?? -1).CompareTo(other.FirstPage ?? -1);
}
