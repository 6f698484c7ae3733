using System.Numerics;

namespace Tidemark.Postgres.Wal;

/// <summary>How long each file of the write-ahead log is: a power of two from 1 MiB to 1 GiB, chosen at initdb (<c>wal_segment_size</c>).</summary>
internal readonly record struct WalSegmentSize
{
    public const int Smallest = 1 << 20, Largest = 1 << 30;

    public static readonly WalSegmentSize Default = new(16 << 20);

    /// <exception cref="ArgumentOutOfRangeException">PostgreSQL makes no such segments.</exception>
    public WalSegmentSize(int bytes)
    {
        if (!IsOne(bytes)) throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "a power of two from 1 MiB to 1 GiB");
        Bytes = bytes;
    }

    public int Bytes { get; }

    /// <summary>Segments in 4 GiB: a name counts up to it, then the middle part takes one.</summary>
    public ulong PerLog => 0x1_0000_0000UL / (ulong)Bytes;

    public static bool IsOne(long bytes) => bytes is >= Smallest and <= Largest && BitOperations.IsPow2(bytes);

    /// <summary>The segment that holds the byte at this place.</summary>
    public ulong NumberAt(Lsn lsn) => lsn.Value / (ulong)Bytes;

    /// <summary>The segment that holds the last byte before this place: for an end, which on a boundary belongs to the segment before it.</summary>
    public ulong NumberBefore(Lsn end) => (end.Value - 1) / (ulong)Bytes;

    public int OffsetOf(Lsn lsn) => (int)(lsn.Value % (ulong)Bytes);

    public Lsn StartOf(ulong number) => new(checked(number * (ulong)Bytes));

    public override string ToString() => $"{Bytes >> 20} MiB";
}
