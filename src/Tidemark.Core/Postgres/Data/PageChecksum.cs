using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tidemark.Postgres.Data;

/// <summary>PostgreSQL's checksum of a page: 32 FNV-1a sums side by side, folded, with the block's number (storage/checksum_impl.h).</summary>
internal static class PageChecksum
{
    private const int Sums = 32, ChecksumWord = PageHeader.ChecksumAt / sizeof(uint), Shift = 17;

    private const uint Prime = 16777619, AllButChecksum = 0xFFFF0000;

    /// <summary>Where each sum begins; PostgreSQL's, chosen at random once.</summary>
    private static readonly uint[] Offsets =
    [
        0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
        0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
        0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
        0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756,
    ];

    /// <param name="page">A whole page: 1 to 32 KiB. Its own checksum counts as zero.</param>
    /// <param name="block">Counted over all files of the relation's fork.</param>
    public static ushort Of(ReadOnlySpan<byte> page, uint block)
    {
        var words = MemoryMarshal.Cast<byte, uint>(page);
        var sum = Vector256.IsHardwareAccelerated ? Wide(words) : Vector128.IsHardwareAccelerated ? Narrow(words) : Plain(words);
        return (ushort)(((sum ^ block) % 65535) + 1);
    }

    internal static uint Wide(ReadOnlySpan<uint> words)
    {
        Vector256<uint> a = Vector256.Create(Offsets, 0), b = Vector256.Create(Offsets, 8), c = Vector256.Create(Offsets, 16), d = Vector256.Create(Offsets, 24);
        var mask = Vector256<uint>.AllBitsSet.WithElement(ChecksumWord, AllButChecksum);
        for (; words.Length >= Sums; words = words[Sums..], mask = Vector256<uint>.AllBitsSet)
        {
            a = Mix(a, Vector256.Create(words) & mask);
            b = Mix(b, Vector256.Create(words[8..]));
            c = Mix(c, Vector256.Create(words[16..]));
            d = Mix(d, Vector256.Create(words[24..]));
        }
        var sum = Finish(a) ^ Finish(b) ^ Finish(c) ^ Finish(d);
        return Fold(sum.GetLower() ^ sum.GetUpper());

        static Vector256<uint> Finish(Vector256<uint> sum) => Mix(Mix(sum, default), default);
    }

    internal static uint Narrow(ReadOnlySpan<uint> words)
    {
        Span<Vector128<uint>> sums = stackalloc Vector128<uint>[Sums / 4];
        for (var i = 0; i < sums.Length; i++) sums[i] = Vector128.Create(Offsets, i * 4);
        var mask = Vector128<uint>.AllBitsSet.WithElement(ChecksumWord, AllButChecksum);
        for (; words.Length >= Sums; words = words[Sums..], mask = Vector128<uint>.AllBitsSet)
        {
            sums[0] = Mix(sums[0], Vector128.Create(words) & mask);
            for (var i = 1; i < sums.Length; i++) sums[i] = Mix(sums[i], Vector128.Create(words[(i * 4)..]));
        }
        var all = Vector128<uint>.Zero;
        foreach (var sum in sums) all ^= Mix(Mix(sum, default), default);
        return Fold(all);
    }

    internal static uint Plain(ReadOnlySpan<uint> words)
    {
        Span<uint> sums = stackalloc uint[Sums];
        Offsets.CopyTo(sums);
        for (var at = 0; at < words.Length; at++)
            sums[at % Sums] = Mix(sums[at % Sums], at == ChecksumWord ? words[at] & AllButChecksum : words[at]);
        var all = 0u;
        foreach (var sum in sums) all ^= Mix(Mix(sum, 0), 0);
        return all;
    }

    private static Vector256<uint> Mix(Vector256<uint> sum, Vector256<uint> value)
    {
        var mixed = sum ^ value;
        return (mixed * Vector256.Create(Prime)) ^ Vector256.ShiftRightLogical(mixed, Shift);
    }

    private static Vector128<uint> Mix(Vector128<uint> sum, Vector128<uint> value)
    {
        var mixed = sum ^ value;
        return (mixed * Vector128.Create(Prime)) ^ Vector128.ShiftRightLogical(mixed, Shift);
    }

    private static uint Mix(uint sum, uint value)
    {
        var mixed = sum ^ value;
        return unchecked(mixed * Prime) ^ (mixed >> Shift);
    }

    private static uint Fold(Vector128<uint> sums) => sums[0] ^ sums[1] ^ sums[2] ^ sums[3];
}
