using System.IO.Compression;

namespace Tidemark.Codecs;

/// <summary>Gzip in both directions (RFC 1952, several members in a row included).</summary>
/// <remarks>
/// .NET takes the end of a cut gzip stream for its natural end unless this switch is set before the first stream is made
/// (DeflateStream.s_useStrictValidation, .NET 10): so nobody else makes one.
/// </remarks>
internal static class Gzip
{
#pragma warning disable RS0030 // the one place

    static Gzip() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>zlib's level 6, as gzip(1) and pg_dump -Z use by default. The stream under it stays open.</summary>
    public static Stream Compress(Stream to) => new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true);

    /// <summary>Throws <see cref="InvalidDataException"/> for damaged and for cut data. The stream under it stays open.</summary>
    public static Stream Decompress(Stream from) => new GZipStream(from, CompressionMode.Decompress, leaveOpen: true);
#pragma warning restore RS0030
}
