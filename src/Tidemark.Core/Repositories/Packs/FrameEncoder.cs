using Tidemark.Codecs;

namespace Tidemark.Repositories.Packs;

/// <summary>Makes frames. One a worker: its buffer holds one frame at a time.</summary>
/// <param name="level">Of zstd, from 1, the fastest, to 19.</param>
internal sealed class FrameEncoder(int level) : IDisposable
{
    private readonly ZstdEncoder encoder = new(level);
    private byte[] packed = new byte[ZstdEncoder.Bound(Extent.Largest)];

    public PackedFrame Encode(FrameContent content, ReadOnlySpan<byte> raw) => Encode(content, raw, ContentHash.Of(raw));

    /// <param name="content">What it is.</param>
    /// <param name="raw">Its bytes.</param>
    /// <param name="hash">Of these.</param>
    public PackedFrame Encode(FrameContent content, ReadOnlySpan<byte> raw, ContentHash hash)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(raw.Length, content is MapContent ? MapContent.Largest : Extent.Largest, nameof(raw));
        if (ZstdEncoder.Bound(raw.Length) is var bound && bound > packed.Length) packed = new byte[bound];
        return new PackedFrame(content, raw.Length, hash, packed.AsMemory(0, encoder.Encode(raw, packed)));
    }

    public void Dispose() => encoder.Dispose();
}
