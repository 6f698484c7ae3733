namespace Tidemark.BaseBackups.Maps;

/// <summary>The files of an earlier backup, found as its map is read once from its start: whoever asks goes through the same order.</summary>
/// <param name="map">Of that backup.</param>
/// <param name="pageSize">Bytes.</param>
internal sealed class ParentFiles(IAsyncEnumerable<MapItem> map, int pageSize) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<MapItem> items = map.GetAsyncEnumerator();
    private readonly Queue<ToldFile> told = new(), unfinished = new();
    private bool isRead;

    /// <param name="path">Comes after all that were asked for before (<see cref="MapOrder"/>).</param>
    /// <returns>With all its runs; null: that backup had none of this path.</returns>
    /// <exception cref="Fault">10: the map, or a pack of it, is damaged or gone. 9: nothing configured opens it. 8: the store.</exception>
    public async ValueTask<MappedFile?> FindAsync(string path)
    {
        while (true)
        {
            while (told.TryPeek(out var passed) && MapOrder.Compare(passed.File.Path, path) < 0) told.Dequeue();
            var isThere = told.TryPeek(out var next);
            if (isRead || (isThere && (next!.File.Path != path || next.Left == 0))) return isThere && next!.File.Path == path ? next.Whole() : null;
            if (isRead = !await items.MoveNextAsync()) continue;
            if (items.Current is MappedFile file) Take(file);
            else if (items.Current is MappedPart part) Take(part);
        }
    }

    public ValueTask DisposeAsync() => items.DisposeAsync();

    private void Take(MappedFile file)
    {
        var one = new ToldFile(file, file.IsInParts ? (file.Size + pageSize - 1) / pageSize : 0);
        told.Enqueue(one);
        if (file.IsInParts) unfinished.Enqueue(one);
    }

    /// <summary>Those of the large files among some names follow behind these, file by file.</summary>
    private void Take(MappedPart part)
    {
        var file = unfinished.Peek();
        file.Runs.AddRange(part.Runs);
        file.Left -= part.Runs.Sum(run => (long)run.Pages);
        if (file.Left == 0) unfinished.Dequeue();
    }

    private sealed class ToldFile(MappedFile file, long left)
    {
        public MappedFile File => file;

        public List<PageRun> Runs { get; } = [];

        /// <summary>Pages that no part has told yet.</summary>
        public long Left { get; set; } = left;

        public MappedFile Whole() => file.IsInParts ? file with { IsInParts = false, Runs = Runs } : file;
    }
}
