using System.Security.Cryptography;
using Tidemark.Codecs;
using Tidemark.Codecs.Age;

namespace Tidemark.Repositories.Packs;

/// <summary>A pack in the making, in memory; encrypted as it grows, where keys are set.</summary>
internal sealed class OpenPack : IDisposable
{
    /// <summary>Bytes after which a pack is sealed.</summary>
    public const int Target = 32 * 1024 * 1024;

    // So many that the index is found in the last 128 KiB.
    private const int MostFrames = 2048, LargestIndex = 1024 * 1024, IndexLevel = 3;

    private readonly MemoryStream buffer;
    private readonly AgeWriter? closed;
    private readonly Stream to;
    private readonly PackIndexWriter index;

    public OpenPack(MemoryStream buffer, RepositoryKeys keys, int pageSize)
    {
        (this.buffer, index) = (buffer, new PackIndexWriter(pageSize));
        buffer.SetLength(0);
        closed = keys.Encrypts ? keys.Seal(buffer) : null;
        to = closed ?? (Stream)buffer;
    }

    public PackPromise Promise { get; } = new();

    public MemoryStream Buffer => buffer;

    public bool HasRoomFor(PackedFrame frame) => index.Frames == 0 || (buffer.Length + frame.Bytes.Length <= Target && index.Frames < MostFrames && index.Length < LargestIndex);

    public FramePlace Add(PackedFrame frame)
    {
        to.Write(frame.Bytes.Span);
        index.Add(frame);
        return new FramePlace(Promise, index.Frames - 1);
    }

    /// <summary>Ends it. <see cref="Buffer"/> then holds the object.</summary>
    public SealedPack Seal()
    {
        using var encoder = new ZstdEncoder(IndexLevel);
        var packed = new byte[ZstdEncoder.Bound(index.Length)];
        var end = new PackEnd(encoder.Encode(index.Written, packed), index.Length);
        to.Write(end.Header());
        to.Write(packed, 0, end.Packed);
        to.Write(end.Trailer());
        closed?.Complete();
        return new SealedPack(Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length))), buffer.Length, ContentHash.Of(index.Written));
    }

    public void Dispose() => closed?.Dispose();
}
