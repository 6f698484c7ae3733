using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>Writes the map of a backup while the backup runs: chunks as soon as the packs that they name are sealed, then lists of them. Never holds much more than what waits for a pack.</summary>
/// <param name="packs">Where it goes: packs of its own, so that it is read without the data.</param>
/// <param name="encoder">Its own.</param>
/// <param name="pageSize">Bytes.</param>
/// <param name="parent">Null: it shares with nobody.</param>
internal sealed class PageMapWriter(PackWriter packs, FrameEncoder encoder, int pageSize, ParentMap? parent) : IAsyncDisposable
{
    /// <summary>Bytes of a file whose runs stand beside its name. Larger ones would make chunks of names change with every page.</summary>
    private const long SmallFile = 1024 * 1024;

    /// <summary>About so many bytes end a chunk or list early.</summary>
    private const int LongDraft = 512 * 1024;

    /// <summary>So many parts of large files end a chunk of names early: they wait behind it, here and in whoever reads it.</summary>
    private const int MostParts = 256;

    private readonly List<MapItem> names = [];
    private readonly List<MappedPart> parts = [];
    private readonly Queue<MapDraft> chunks = new(), lists = new();
    private readonly List<ListedChunk> listed = [];
    private readonly List<MapPlace> places = [];
    private readonly Dictionary<string, SealedPack> named = new(StringComparer.Ordinal);
    private readonly Dictionary<ContentHash, MapPlace> parentLists = parent?.Lists.DistinctBy(list => list.Hash).ToDictionary(list => list.Hash) ?? [];
    private readonly IAsyncEnumerator<ListedChunk>? parentChunks = parent?.Chunks.GetAsyncEnumerator();
    private bool isParentRead = parent is null, isParentBegun;
    private string? last;
    private int length;

    /// <summary>Every pack that the map needs, its own included, each once. All of them are told when it is complete.</summary>
    public IReadOnlyCollection<SealedPack> Packs => named.Values;

    /// <param name="item">Comes after all before it (<see cref="MapOrder"/>). A file has all its runs; they may lie in packs that are not sealed yet.</param>
    /// <param name="token">Cancels the writing of what is ready.</param>
    public async Task AddAsync(MapItem item, CancellationToken token)
    {
        if (PathText.Objection(item.Path) is { } objection) throw new ArgumentException(objection, nameof(item));
        if (last is not null && MapOrder.Compare(last, item.Path) >= 0) throw new ArgumentException($"{item.Path} does not come after {last}", nameof(item));
        if (last is not null && MapOrder.Folder(last) != MapOrder.Folder(item.Path)) CloseNames();
        last = item.Path;
        if (item is MappedFile file)
        {
            RequireWhole(file);
            item = Split(file);
        }
        names.Add(item);
        length += 64 + (2 * item.Path.Length) + (8 * ((item as MappedFile)?.Runs.Count ?? 0));
        if (names.Count == MapFormat.MostNames || length > LongDraft || parts.Count > MostParts || IsCut(item.Path)) CloseNames();
        while (chunks.TryPeek(out var ready) && ready.IsReady) await WriteChunkAsync(chunks.Dequeue(), token);
        while (lists.TryPeek(out var ready) && ready.IsReady) await WriteListAsync(lists.Dequeue(), token);
    }

    /// <summary>The lists, for the manifest. Waits for the packs: whoever writes the files has sealed theirs before. The packs of the map are sealed, and on their way.</summary>
    /// <exception cref="Fault">What ended the uploads.</exception>
    public async Task<IReadOnlyList<MapPlace>> CompleteAsync(CancellationToken token)
    {
        CloseNames();
        while (chunks.TryDequeue(out var chunk)) await WriteChunkAsync(chunk, token);
        CloseList();
        await packs.SealAsync(token);
        while (lists.TryDequeue(out var list)) await WriteListAsync(list, token);
        await packs.SealAsync(token);
        foreach (var place in places) Name(await place.Pack.Sealed.WaitAsync(token));
        return places;
    }

    public ValueTask DisposeAsync() => parentChunks?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The same names always end a chunk, so that a file that comes or goes changes one chunk and not all behind it.</summary>
    private static bool IsCut(string path) => (ContentHash.Of(PathText.ToBytes(path)).Value & 0xFF) == 0;

    private static bool IsListCut(ChunkKey key) => (ContentHash.Of(PathText.ToBytes($"{key.Path}/{key.FirstPage}")).Value & 0x3FF) == 0;

    private void RequireWhole(MappedFile file)
    {
        var pages = file.Bundle is null ? (file.Size + pageSize - 1) / pageSize : 0;
        if (file.IsInParts || file.Runs.Sum(run => (long)run.Pages) != pages) throw new ArgumentException($"the runs of {file.Path} do not tell its {file.Size} bytes", nameof(file));
    }

    /// <summary>Cuts a large file into its parts, which follow the names.</summary>
    private MappedFile Split(MappedFile file)
    {
        if (file.Size <= SmallFile) return file;
        var most = (int)(MapFormat.PartLength / pageSize);
        var (first, runs, room) = (0L, new List<PageRun>(), most);
        foreach (var whole in file.Runs)
            for (var run = whole; run.Pages > 0;)
            {
                var taken = Math.Min(run.Pages, room);
                runs.Add(run with { Pages = taken });
                run = run with { Pages = run.Pages - taken, Within = run.Within + taken };
                room -= taken;
                if (room == 0) Close();
            }
        if (runs.Count > 0) Close();
        return file with { Runs = [], IsInParts = true };

        void Close()
        {
            parts.Add(new MappedPart(file.Path, first, runs));
            (first, runs, room) = (first + most, [], most);
        }
    }

    private void CloseNames()
    {
        if (names.Count > 0) chunks.Enqueue(MapDraft.OfNames([.. names]));
        foreach (var part in parts) chunks.Enqueue(MapDraft.OfPart(part));
        names.Clear();
        parts.Clear();
        length = 0;
    }

    private void CloseList()
    {
        if (listed.Count > 0) lists.Enqueue(MapDraft.OfList([.. listed]));
        listed.Clear();
    }

    private async Task WriteChunkAsync(MapDraft draft, CancellationToken token)
    {
        var raw = await RawAsync(draft, token);
        var place = await SharedAsync(draft.Key!, ContentHash.Of(raw)) ?? await WriteAsync(MapContent.Chunk, raw, token);
        listed.Add(new ListedChunk(draft.Key!, place));
        if (listed.Count == MapFormat.MostListed || listed.Count * (64 + (2L * draft.Key!.Path.Length)) > LongDraft || IsListCut(draft.Key!)) CloseList();
    }

    private async Task WriteListAsync(MapDraft draft, CancellationToken token)
    {
        var raw = await RawAsync(draft, token);
        places.Add(parentLists.GetValueOrDefault(ContentHash.Of(raw)) ?? await WriteAsync(MapContent.List, raw, token));
    }

    private async Task<byte[]> RawAsync(MapDraft draft, CancellationToken token)
    {
        foreach (var pack in draft.Packs) Name(await pack.Sealed.WaitAsync(token));
        return draft.Write();
    }

    private void Name(SealedPack pack) => named[pack.Id] = pack;

    private async Task<MapPlace> WriteAsync(MapContent kind, byte[] raw, CancellationToken token)
    {
        var frame = encoder.Encode(kind, raw);
        var place = await packs.AddAsync(frame, token);
        return new MapPlace(place.Pack, place.Frame, frame.Hash, raw.Length);
    }

    /// <summary>The parent's chunk of this key, if it says the same. Both maps are gone through in one order.</summary>
    private async Task<MapPlace?> SharedAsync(ChunkKey key, ContentHash hash)
    {
        while (!isParentRead && (!isParentBegun || parentChunks!.Current.Key.CompareTo(key) < 0))
            (isParentBegun, isParentRead) = (true, !await parentChunks!.MoveNextAsync());
        return !isParentRead && parentChunks!.Current is var same && same.Key == key && same.Place.Hash == hash ? same.Place : null;
    }
}
