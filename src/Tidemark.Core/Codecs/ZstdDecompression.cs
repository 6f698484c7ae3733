using Microsoft.Win32.SafeHandles;

namespace Tidemark.Codecs;

/// <summary>What libzstd keeps between two calls of decompression; for one thread at a time.</summary>
internal sealed class ZstdDecompression() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <param name="windowLog">The most memory that a frame may ask for, as a power of two.</param>
    /// <exception cref="Fault">6: libzstd is not there.</exception>
    public static ZstdDecompression Within(int windowLog)
    {
        var context = ZstdLibrary.Made(Zstd.NewDecompression);
        Zstd.Checked(Zstd.Set(context, Zstd.WindowLogMax, windowLog));
        return context;
    }

    protected override bool ReleaseHandle() => Zstd.FreeDecompression(handle) == 0;
}
