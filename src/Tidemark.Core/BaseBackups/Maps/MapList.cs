using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>Up to 4096 chunks, in the order of the map.</summary>
internal static class MapList
{
    /// <param name="chunks">Their packs are sealed.</param>
    public static byte[] Write(IReadOnlyList<ListedChunk> chunks)
    {
        var to = new PlaceWriter(MapFormat.List);
        to.Rest.Number(chunks.Count);
        var before = Array.Empty<byte>();
        foreach (var chunk in chunks)
        {
            var path = PathText.ToBytes(chunk.Key.Path);
            to.Rest.Number(chunk.Key.FirstPage is null ? MapFormat.Names : MapFormat.Part);
            to.Rest.Name(path, before);
            before = path;
            if (chunk.Key.FirstPage is { } first) to.Rest.Number(first);
            to.Place(chunk.Place.Pack, chunk.Place.Frame);
            to.Rest.Number(chunk.Place.Length);
            to.Rest.Hash(chunk.Place.Hash);
        }
        return to.Written();
    }

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static IReadOnlyList<ListedChunk> Read(ReadOnlySpan<byte> raw)
    {
        var from = new PlaceReader(raw, MapFormat.List);
        var chunks = new ListedChunk[from.Rest.Number(MapFormat.MostListed)];
        var path = Array.Empty<byte>();
        for (var at = 0; at < chunks.Length; at++)
        {
            var isPart = from.Rest.Number(MapFormat.Part) == MapFormat.Part;
            path = from.Rest.Name(path);
            var key = new ChunkKey(PathText.ToText(path), isPart ? from.Rest.Number(MapFormat.MostPages) : null);
            var (pack, frame) = from.Place();
            var length = from.Rest.Number(MapContent.Largest);
            chunks[at] = new ListedChunk(key, new MapPlace(pack, frame, from.Rest.Hash(), length));
        }
        from.Rest.End();
        return chunks;
    }
}
