using System.Security.Cryptography;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>The bytes of a segment, and what they are called by.</summary>
/// <param name="Name">As PostgreSQL named the file.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="Sha256">Of them; 64 lower-case digits.</param>
internal sealed record RawSegment(WalSegmentName Name, ReadOnlyMemory<byte> Bytes, string Sha256)
{
    /// <summary>Where its records say that <c>wal_level</c> is minimal from there on.</summary>
    public IReadOnlyList<Lsn> Breaks { get; init; } = [];

    public static RawSegment Of(WalSegmentName name, ReadOnlyMemory<byte> bytes) => new(name, bytes, HashOf(bytes.Span));

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
