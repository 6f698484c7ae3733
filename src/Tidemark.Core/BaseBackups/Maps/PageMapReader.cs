using System.Runtime.CompilerServices;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>Reads a map as a stream, a few chunks at a time.</summary>
/// <param name="shelf">Where the packs are.</param>
/// <param name="pageSize">Bytes.</param>
internal sealed class PageMapReader(PackShelf shelf, int pageSize)
{
    /// <summary>Chunks that lie behind each other are fetched at once.</summary>
    private const int AtOnce = 64;

    /// <summary>All chunks, in order.</summary>
    /// <exception cref="Fault">10: a list or its pack is damaged. 9: nothing configured opens it. 8: the store.</exception>
    public async IAsyncEnumerable<ListedChunk> ChunksAsync(IEnumerable<MapPlace> lists, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var place in lists)
            foreach (var chunk in Decoded(place, (await RawAsync([place], token))[0], raw => MapList.Read(raw))) yield return chunk;
    }

    /// <summary>Everything in order, and each large file's parts after the names around it.</summary>
    /// <exception cref="Fault">10: a chunk, a list or a pack of theirs is damaged. 9: nothing configured opens it. 8: the store.</exception>
    public async IAsyncEnumerable<MapItem> ItemsAsync(IEnumerable<MapPlace> lists, [EnumeratorCancellation] CancellationToken token)
    {
        var (batch, order) = (new List<ListedChunk>(), new MapSequence(pageSize));
        await foreach (var chunk in ChunksAsync(lists, token))
        {
            if (batch.Count > 0 && (batch.Count == AtOnce || !Follows(batch[^1].Place, chunk.Place)))
            {
                foreach (var item in await ReadAsync(batch, order, token)) yield return item;
                batch.Clear();
            }
            batch.Add(chunk);
        }
        if (batch.Count > 0)
            foreach (var item in await ReadAsync(batch, order, token)) yield return item;
        if (order.Missing() is { } missing) throw Damaged("its end", missing);
    }

    private static bool Follows(MapPlace one, MapPlace next) => next.Pack.Pack.Id == one.Pack.Pack.Id && next.Frame == one.Frame + 1;

    private async Task<List<MapItem>> ReadAsync(List<ListedChunk> batch, MapSequence order, CancellationToken token)
    {
        var (raw, items) = (await RawAsync([.. batch.Select(chunk => chunk.Place)], token), new List<MapItem>());
        foreach (var (chunk, bytes) in batch.Zip(raw))
            items.AddRange(Decoded(chunk.Place, bytes, content =>
            {
                IReadOnlyList<MapItem> read = chunk.Key.FirstPage is null ? NameChunk.Read(content, pageSize) : [PartChunk.Read(content)];
                order.Take(read, chunk.Key);
                return read;
            }));
        return items;
    }

    /// <param name="places">Frames of one pack that follow each other.</param>
    /// <param name="token">Cancels.</param>
    private async Task<IReadOnlyList<byte[]>> RawAsync(IReadOnlyList<MapPlace> places, CancellationToken token)
    {
        var reader = await shelf.OpenAsync(places[0].Pack.Pack, token);
        foreach (var place in places)
            if (place.Frame >= reader.Index.Frames.Count || reader.Index.Frames[place.Frame] is var frame && (frame.Content is not MapContent || frame.Hash != place.Hash || frame.Raw != place.Length))
                throw Damaged(place.Pack.Pack.Id, $"its frame {place.Frame} is another than the map names");
        return await reader.ReadAsync(places[0].Frame, places.Count, token);
    }

    private static IReadOnlyList<T> Decoded<T>(MapPlace place, byte[] raw, Func<byte[], IReadOnlyList<T>> read)
    {
        try
        {
            return read(raw);
        }
        catch (InvalidDataException damaged)
        {
            throw Damaged(place.Pack.Pack.Id, damaged.Message, damaged);
        }
    }

    private static Fault Damaged(string where, string why, Exception? inner = null) =>
        new(FaultCode.Verification, "the map of a backup is damaged", inner) { Where = $"pack {where}", Why = why, Next = "tidemark verify --all # says which backups are whole" };
}
