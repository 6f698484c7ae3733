namespace Tidemark.Codecs;

/// <summary>Compresses what lies in memory into one frame that says its length. One a worker: it is used again and again, by one thread at a time.</summary>
/// <param name="level">From 1, the fastest, to 19.</param>
/// <param name="tuning">Null: as the level has it.</param>
internal sealed class ZstdEncoder(int level, ZstdTuning? tuning = null) : IDisposable
{
    private readonly ZstdCompression context = ZstdCompression.OfLevel(level, tuning);

    /// <summary>Bytes that the frame of so many bytes takes at most.</summary>
    public static int Bound(int length) => checked((int)Zstd.Bound((nuint)length));

    /// <param name="raw">All of it.</param>
    /// <param name="to">At least <see cref="Bound"/> of its length.</param>
    /// <returns>How many bytes of <paramref name="to"/> are the frame.</returns>
    public int Encode(ReadOnlySpan<byte> raw, Span<byte> to) => (int)Zstd.Checked(Zstd.Compress(context, to, (nuint)to.Length, raw, (nuint)raw.Length));

    public void Dispose() => context.Dispose();
}
