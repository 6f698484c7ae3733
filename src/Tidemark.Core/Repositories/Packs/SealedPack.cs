using System.Buffers;

namespace Tidemark.Repositories.Packs;

/// <summary>A pack as others refer to it: enough to read any part of it, and to know that it is the one.</summary>
/// <param name="Id">SHA-256 of the stored bytes, 64 lower-case hex digits.</param>
/// <param name="Size">Stored bytes.</param>
/// <param name="Index">Hash of its index, unpacked: so that what is read in part is known as surely as the whole.</param>
internal sealed record SealedPack(string Id, long Size, ContentHash Index)
{
    /// <summary>Bytes, of any pack: a bound for what strangers write.</summary>
    public const long Largest = 64 * 1024 * 1024;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static bool IsId(string text) => text.Length == 64 && !text.AsSpan().ContainsAnyExcept(Digits);
}
