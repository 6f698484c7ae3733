namespace Tidemark.Repositories.Packs;

/// <summary>Reads a pack: its index, and from there any frame by itself. May be used by many threads.</summary>
internal sealed class PackReader
{
    private readonly string where;
    private readonly PackBytes bytes;
    private readonly FrameDecoder decoder;

    private PackReader(string where, PackBytes bytes, FrameDecoder decoder, PackIndex index) => (this.where, this.bytes, this.decoder, Index) = (where, bytes, decoder, index);

    public PackIndex Index { get; }

    /// <summary>To read parts of it: the end is fetched, and the beginning where it is encrypted.</summary>
    /// <exception cref="Fault">10: it is damaged or gone. 9: nothing configured opens it. 8: the store.</exception>
    public static Task<PackReader> OpenAsync(PackPlace place, SealedPack pack, RepositoryKeys keys, FrameDecoder decoder, CancellationToken token) =>
        OpenAsync(place.Where(pack.Id), decoder, pack.Index, () => PackBytes.OpenAsync(place.Store, place.Folder.Key(pack.Id), pack.Size, keys, token), token);

    /// <summary>Of a pack that nothing but its name is known of: what it says that it holds.</summary>
    /// <exception cref="Fault">10: it is damaged or gone. 9: nothing configured opens it. 8: the store.</exception>
    public static async Task<(SealedPack Pack, PackIndex Index)> ReadIndexAsync(PackPlace place, string id, long size, RepositoryKeys keys, FrameDecoder decoder, CancellationToken token)
    {
        var reader = await OpenAsync(place.Where(id), decoder, null, () => PackBytes.OpenAsync(place.Store, place.Folder.Key(id), size, keys, token), token);
        return (new SealedPack(id, size, reader.Index.Hash), reader.Index);
    }

    /// <summary>Whole, in memory: every byte is compared with what the id says.</summary>
    /// <param name="place">Where it lies.</param>
    /// <param name="id">Its name.</param>
    /// <param name="size">Stored bytes, as whoever named it says.</param>
    /// <param name="keys">Open it.</param>
    /// <param name="decoder">Shared.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">10: it is damaged or gone. 9: nothing configured opens it. 8: the store.</exception>
    public static Task<PackReader> ReadAllAsync(PackPlace place, string id, long size, RepositoryKeys keys, FrameDecoder decoder, CancellationToken token) =>
        OpenAsync(place.Where(id), decoder, null, () => PackBytes.ReadAllAsync(place.Store, place.Folder.Key(id), id, size, keys, token), token);

    /// <summary>What is in a frame.</summary>
    /// <exception cref="Fault">10: it is damaged, or there is no such frame. 8: the store.</exception>
    public async Task<byte[]> ReadAsync(int frame, CancellationToken token) => (await ReadAsync(frame, 1, token))[0];

    /// <summary>What is in each of some frames that follow each other, fetched at once.</summary>
    /// <exception cref="Fault">10: one is damaged, or there is none. 8: the store.</exception>
    public Task<IReadOnlyList<byte[]>> ReadAsync(int first, int count, CancellationToken token) => Named<IReadOnlyList<byte[]>>(where, async () =>
    {
        if (first < 0 || count < 1 || first + count > Index.Frames.Count) throw new InvalidDataException($"it has {Index.Frames.Count} frames, and number {first + count - 1} is wanted");
        var start = Index.Frames[first].Offset;
        var stored = await bytes.ReadAsync(start, (int)(Index.Frames[first + count - 1] is var last ? last.Offset + last.Stored - start : 0), token);
        var raw = new byte[count][];
        for (var at = 0; at < count; at++)
            if (Index.Frames[first + at] is var frame) raw[at] = decoder.Decode(frame, stored.Span.Slice((int)(frame.Offset - start), frame.Stored));
        return raw;
    });

    private static Task<PackReader> OpenAsync(string where, FrameDecoder decoder, ContentHash? expected, Func<Task<PackBytes>> open, CancellationToken token) => Named(where, async () =>
    {
        var bytes = await open();
        if (bytes.Length < PackEnd.HeaderLength + PackEnd.TrailerLength) throw new InvalidDataException("it is too short for a pack");
        var end = PackEnd.Read((await bytes.ReadAsync(bytes.Length - PackEnd.TrailerLength, PackEnd.TrailerLength, token)).Span);
        var start = bytes.Length - end.Length;
        var stored = await bytes.ReadAsync(start, end.Length - PackEnd.TrailerLength, token);
        if (!stored.Span.StartsWith(end.Header())) throw new InvalidDataException("its index does not begin where its end says");
        var raw = new byte[end.Raw];
        decoder.Unpack(stored.Span[PackEnd.HeaderLength..], raw);
        var index = PackIndex.Read(raw, start);
        return expected is null || index.Hash == expected ? new PackReader(where, bytes, decoder, index) : throw new InvalidDataException("its index is not the one that was written");
    });

    /// <summary>Says of which pack.</summary>
    private static async Task<T> Named<T>(string where, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (InvalidDataException damaged)
        {
            throw Damaged(where, damaged.Message, damaged);
        }
        catch (Fault gone) when (gone.Code == FaultCode.NotFound)
        {
            throw Damaged(where, "it is not there", gone);
        }
    }

    private static Fault Damaged(string where, string why, Exception inner) => new(FaultCode.Verification, "a pack is damaged", inner) { Where = where, Why = why, Next = "tidemark verify --all # says which backups are whole" };
}
