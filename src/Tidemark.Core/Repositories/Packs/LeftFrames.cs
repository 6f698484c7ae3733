namespace Tidemark.Repositories.Packs;

/// <summary>Frames in packs that belong to no backup: a run that was killed had brought them. Found by what they are of and what comes out of them, so that they need not be brought again.</summary>
internal sealed class LeftFrames
{
    private readonly Dictionary<ContentHash, (int Pack, int Frame)> frames = [];
    private readonly List<PackPromise> packs = [];

    public int Packs => packs.Count;

    public void Take(SealedPack pack, PackIndex index)
    {
        packs.Add(new PackPromise(pack));
        for (var frame = 0; frame < index.Frames.Count; frame++)
            if (index.Frames[frame] is { Content: not MapContent } one) frames.TryAdd(Key(one.Content, one.Raw, one.Hash), (packs.Count - 1, frame));
    }

    /// <summary>Null: there is none.</summary>
    public FramePlace? Find(FrameContent content, int raw, ContentHash hash) =>
        frames.Count > 0 && frames.TryGetValue(Key(content, raw, hash), out var place) ? new FramePlace(packs[place.Pack], place.Frame) : null;

    /// <summary>Of what an index says, without the bytes that it takes.</summary>
    private static ContentHash Key(FrameContent content, int raw, ContentHash hash)
    {
        var told = new PackIndexWriter(0);
        told.Add(new PackedFrame(content, raw, hash, default));
        return ContentHash.Of(told.Written);
    }
}
