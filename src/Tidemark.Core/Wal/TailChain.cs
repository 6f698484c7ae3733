using System.Security.Cryptography;

namespace Tidemark.Wal;

/// <summary>Which pieces make up the beginning of a segment, and whether they agree. Pure.</summary>
internal static class TailChain
{
    /// <summary>The pieces that reach from the segment's start to this end, in order; the fewest, so beginning with the longest cumulative one. Null: some are missing.</summary>
    /// <param name="pieces">Of one segment, as listed.</param>
    /// <param name="to">Where the tail ends.</param>
    /// <param name="sha256">Of all bytes up to there.</param>
    public static IReadOnlyList<TailPiece>? Find(IReadOnlyCollection<TailPiece> pieces, int to, string sha256)
    {
        // Backwards from the end: of two that end alike, the one that reaches further back.
        var chain = new List<TailPiece>();
        for (var next = Longest(pieces.Where(piece => piece.To == to && piece.Sha256 == sha256)); next is not null; next = Longest(pieces.Where(piece => piece.To == next.From)))
        {
            chain.Insert(0, next);
            if (next.From == 0) return chain;
        }
        return null;
    }

    /// <summary>The furthest end that pieces reach without a gap; null: there is none. Two that end alike and differ are no end, nor is anything behind them: somebody wrote this segment twice.</summary>
    public static TailPiece? Furthest(IReadOnlyCollection<TailPiece> pieces)
    {
        var split = pieces.GroupBy(piece => piece.To).Where(same => same.Select(piece => piece.Sha256).Distinct().Count() > 1).Select(same => same.Key).DefaultIfEmpty(int.MaxValue).Min();
        return pieces.Where(piece => piece.To < split).OrderByDescending(piece => piece.To).FirstOrDefault(piece => Find(pieces, piece.To, piece.Sha256) is not null);
    }

    /// <summary>The pieces that this content of the segment contradicts: a machine was set back in time, or two wrote it.</summary>
    /// <param name="pieces">Of one segment.</param>
    /// <param name="content">From the segment's start; pieces that end behind it are not judged.</param>
    public static IReadOnlyList<TailPiece> Contradicted(IEnumerable<TailPiece> pieces, ReadOnlySpan<byte> content)
    {
        var wrong = new List<TailPiece>();
        using var running = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hashed = 0;
        foreach (var piece in pieces.OrderBy(piece => piece.To))
        {
            if (piece.To > content.Length) break;
            running.AppendData(content[hashed..piece.To]);
            hashed = piece.To;
            if (Convert.ToHexStringLower(running.GetCurrentHash()) != piece.Sha256) wrong.Add(piece);
        }
        return wrong;
    }

    private static TailPiece? Longest(IEnumerable<TailPiece> pieces) => pieces.OrderBy(piece => piece.From).ThenBy(piece => piece.Sha256, StringComparer.Ordinal).FirstOrDefault();
}
