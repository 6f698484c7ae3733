using System.Buffers;
using System.Globalization;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;

namespace Tidemark.Wal;

/// <summary>One piece of a segment that is still being written: <c>volatile/tails/SEGMENT/FROM-TO.SHA256</c> in an incarnation's folder, stored as all WAL is.</summary>
/// <param name="Segment">Whose.</param>
/// <param name="From">The first byte, counted from the segment's start; 0: a cumulative piece.</param>
/// <param name="To">The first byte behind it.</param>
/// <param name="Sha256">Of all bytes from the segment's start to <paramref name="To"/>.</param>
internal sealed record TailPiece(WalSegmentName Segment, int From, int To, string Sha256)
{
    private const string Tails = "volatile/tails/";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    public string KeyIn(IncarnationFolder folder) => $"{OfSegment(folder, Segment)}{From:x8}-{To:x8}.{Sha256}";

    /// <summary>Begins the keys of all pieces of an incarnation.</summary>
    public static string AllIn(IncarnationFolder folder) => $"{folder.Key}{Tails}";

    /// <summary>Begins the keys of all pieces of this segment.</summary>
    public static string OfSegment(IncarnationFolder folder, WalSegmentName segment) => $"{folder.Key}{Tails}{segment}/";

    /// <summary>Null: it is no key of a piece, of any incarnation.</summary>
    public static TailPiece? Parse(string key)
    {
        if (IncarnationFolder.Of(key, out var rest) is not { } folder || !rest.StartsWith(Tails, StringComparison.Ordinal)) return null;
        if (rest[Tails.Length..].Split('/', '-', '.') is not [var name, var from, var to, { Length: 64 } hash] || hash.AsSpan().ContainsAnyExcept(LowerHex)) return null;
        if (!WalSegmentName.TryParse(name, out var segment) || Number(from) is not { } first || Number(to) is not { } end || first >= end) return null;
        var piece = new TailPiece(segment, first, end, hash);
        return piece.KeyIn(folder) == key ? piece : null;
    }

    private static int? Number(string digits) => int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= WalSegmentSize.Largest ? number : null;
}
