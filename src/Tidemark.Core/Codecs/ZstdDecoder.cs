namespace Tidemark.Codecs;

/// <summary>Decompresses a frame that lies in memory and whose length is known. One a worker: it is used again and again, by one thread at a time.</summary>
internal sealed class ZstdDecoder : IDisposable
{
    private readonly ZstdDecompression context = ZstdDecompression.Within(ZstdReader.WindowLog);

    /// <param name="frame">All of it, and nothing behind it.</param>
    /// <param name="raw">Is filled to its end.</param>
    /// <exception cref="InvalidDataException">It is damaged, or of another length.</exception>
    public void Decode(ReadOnlySpan<byte> frame, Span<byte> raw)
    {
        var length = Zstd.Checked(Zstd.Decompress(context, raw, (nuint)raw.Length, frame, (nuint)frame.Length));
        if (length != (nuint)raw.Length) throw new InvalidDataException($"zstd: it holds {length} bytes, and not {raw.Length}");
    }

    public void Dispose() => context.Dispose();
}
