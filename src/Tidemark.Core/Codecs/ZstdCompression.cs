using Microsoft.Win32.SafeHandles;

namespace Tidemark.Codecs;

/// <summary>What libzstd keeps between two calls of compression; for one thread at a time.</summary>
internal sealed class ZstdCompression() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <param name="level">From 1, the fastest, to 19.</param>
    /// <exception cref="Fault">6: libzstd is not there.</exception>
    public static ZstdCompression OfLevel(int level)
    {
        var context = ZstdLibrary.Made(Zstd.NewCompression);
        Zstd.Checked(Zstd.Set(context, Zstd.CompressionLevel, level));
        // So that zstd -t finds damage, as in what the zstd program writes.
        Zstd.Checked(Zstd.Set(context, Zstd.ChecksumFlag, 1));
        return context;
    }

    protected override bool ReleaseHandle() => Zstd.FreeCompression(handle) == 0;
}
