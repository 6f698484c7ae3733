namespace Tidemark.BaseBackups.Maps;

/// <summary>Sees that a map that is read tells everything once and in order: names rise, and the parts of the large files among them follow, all of them.</summary>
internal sealed class MapSequence(int pageSize)
{
    private readonly Queue<MappedFile> large = new();
    private string? last;
    private long next;

    /// <exception cref="InvalidDataException">It does not.</exception>
    public void Take(IReadOnlyList<MapItem> items, ChunkKey key)
    {
        if (items.Count == 0 || items[0].Path != key.Path) throw new InvalidDataException($"a chunk is not that of {key.Path}");
        if (items is [MappedPart part]) TakePart(part, key);
        else if (Missing() is { } missing) throw new InvalidDataException(missing);
        else
            foreach (var item in items) TakeName(item);
    }

    /// <summary>What should have followed; null: nothing.</summary>
    public string? Missing() => large.TryPeek(out var file) ? $"page {next} of {file.Path} is missing" : null;

    private void TakeName(MapItem item)
    {
        if (last is not null && MapOrder.Compare(last, item.Path) >= 0) throw new InvalidDataException($"{item.Path} stands behind {last}");
        last = item.Path;
        if (item is MappedFile { IsInParts: true } file) large.Enqueue(file);
    }

    private void TakePart(MappedPart part, ChunkKey key)
    {
        if (!large.TryPeek(out var file) || part.Path != file.Path || part.FirstPage != next || part.FirstPage != key.FirstPage) throw new InvalidDataException($"page {part.FirstPage} of {part.Path} stands where it does not belong");
        next += part.Runs.Sum(run => (long)run.Pages);
        var pages = (file.Size + pageSize - 1) / pageSize;
        if (next > pages || part.Runs.Count == 0) throw new InvalidDataException($"{part.Path} has {pages} pages, and {next} are told");
        if (next < pages) return;
        large.Dequeue();
        next = 0;
    }
}
