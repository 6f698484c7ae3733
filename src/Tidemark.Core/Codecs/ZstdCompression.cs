using Microsoft.Win32.SafeHandles;

namespace Tidemark.Codecs;

/// <summary>What libzstd keeps between two calls of compression; for one thread at a time.</summary>
internal sealed class ZstdCompression() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <param name="level">From 1, the fastest, to 19.</param>
    /// <param name="tuning">Null: as the level has it.</param>
    /// <exception cref="Fault">6: libzstd is not there.</exception>
    public static ZstdCompression OfLevel(int level, ZstdTuning? tuning = null)
    {
        var context = ZstdLibrary.Made(Zstd.NewCompression);
        Zstd.Checked(Zstd.Set(context, Zstd.CompressionLevel, level));
        // So that zstd -t finds damage, as in what the zstd program writes.
        Zstd.Checked(Zstd.Set(context, Zstd.ChecksumFlag, 1));
        if (tuning is null) return context;
        Zstd.Checked(Zstd.Set(context, Zstd.WindowLog, tuning.WindowLog));
        Zstd.Checked(Zstd.Set(context, Zstd.HashLog, tuning.HashLog));
        Zstd.Checked(Zstd.Set(context, Zstd.MinMatch, tuning.MinMatch));
        return context;
    }

    protected override bool ReleaseHandle() => Zstd.FreeCompression(handle) == 0;
}
