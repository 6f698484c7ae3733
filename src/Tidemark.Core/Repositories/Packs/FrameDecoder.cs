using System.Collections.Concurrent;
using Tidemark.Codecs;

namespace Tidemark.Repositories.Packs;

/// <summary>Opens frames, from many threads.</summary>
internal sealed class FrameDecoder : IDisposable
{
    private readonly ConcurrentBag<ZstdDecoder> idle = [];

    /// <exception cref="InvalidDataException">What comes out is not what the index says.</exception>
    public byte[] Decode(IndexedFrame frame, ReadOnlySpan<byte> stored)
    {
        var raw = GC.AllocateUninitializedArray<byte>(frame.Raw);
        Unpack(stored, raw);
        return ContentHash.Of(raw) == frame.Hash ? raw : throw new InvalidDataException("its content has another hash than the index says");
    }

    /// <param name="stored">One frame.</param>
    /// <param name="raw">Is filled.</param>
    public void Unpack(ReadOnlySpan<byte> stored, Span<byte> raw)
    {
        var decoder = idle.TryTake(out var used) ? used : new ZstdDecoder();
        try
        {
            decoder.Decode(stored, raw);
        }
        finally
        {
            idle.Add(decoder);
        }
    }

    public void Dispose()
    {
        foreach (var decoder in idle) decoder.Dispose();
    }
}
