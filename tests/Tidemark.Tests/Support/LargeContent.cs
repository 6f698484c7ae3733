using System.Buffers.Binary;

namespace Tidemark.Tests.Support;

/// <summary>What stands in the one file of a large cluster that is really there: rows of 64 bytes, of which eight are told by extent and version. It packs about as data does.</summary>
internal static class LargeContent
{
    public const int Extents = 4096, ExtentLength = 256 * 1024;

    private static ReadOnlySpan<byte> Row => "########|shop|2026-11-23 12:00:00+00|paid|EUR|a note of no wort\n"u8;

    public static void Fill(Span<byte> extent, int number, int version)
    {
        var state = ((ulong)version << 32) | (uint)number;
        state *= 0x9E3779B97F4A7C15;
        for (var at = 0; at < extent.Length; at += Row.Length)
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            Row.CopyTo(extent[at..]);
            BinaryPrimitives.WriteUInt64LittleEndian(extent[at..], mixed ^ (mixed >> 27));
        }
    }
}
