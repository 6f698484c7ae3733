using System.Runtime.InteropServices;

namespace Tidemark.Codecs;

/// <summary>libzstd as this program calls it (zstd.h, stable part, 1.4.0 and later). Linked into the native file; else the system's shared library.</summary>
internal static partial class Zstd
{
    // With its version: without it the name is a link that only the development package brings.
    private const string Library = "libzstd.so.1";

    public const int CompressionLevel = 100, WindowLog = 101, HashLog = 102, MinMatch = 105, ChecksumFlag = 201, WindowLogMax = 100, SessionOnly = 1;

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    public static partial ZstdCompression NewCompression();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeCompression(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint Set(ZstdCompression context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress2")]
    public static partial nuint Compress(ZstdCompression context, Span<byte> to, nuint capacity, ReadOnlySpan<byte> from, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressBound")]
    public static partial nuint Bound(nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    public static partial ZstdDecompression NewDecompression();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecompression(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint Set(ZstdDecompression context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_reset")]
    public static partial nuint Reset(ZstdDecompression context, int what);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    public static unsafe partial nuint Decompress(ZstdDecompression context, ZstdBuffer* to, ZstdBuffer* from);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    public static partial nuint Decompress(ZstdDecompression context, Span<byte> to, nuint capacity, ReadOnlySpan<byte> from, nuint length);

    /// <summary>What a call gave, unless it is an error: then libzstd's own words.</summary>
    /// <exception cref="InvalidDataException">It is one.</exception>
    public static nuint Checked(nuint result) => IsError(result) == 0 ? result : throw new InvalidDataException($"zstd: {Marshal.PtrToStringUTF8(ErrorName(result))}");

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint ErrorName(nuint result);
}

/// <summary>ZSTD_inBuffer and ZSTD_outBuffer, which are laid out alike.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstdBuffer
{
    public byte* Bytes;
    public nuint Length;
    public nuint Position;
}
