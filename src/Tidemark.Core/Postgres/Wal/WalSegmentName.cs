using System.Buffers;
using System.Globalization;

namespace Tidemark.Postgres.Wal;

/// <summary>The name of a file of the write-ahead log: timeline, then the segment's number in two parts. What number it means depends on the <see cref="WalSegmentSize"/>.</summary>
/// <param name="Timeline">The timeline on which it was written.</param>
/// <param name="Log">The middle eight digits.</param>
/// <param name="Segment">The last eight digits; below <see cref="WalSegmentSize.PerLog"/>.</param>
internal readonly record struct WalSegmentName(TimelineId Timeline, uint Log, uint Segment)
{
    public const int Length = 24;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789ABCDEF");

    public static WalSegmentName Of(TimelineId timeline, ulong number, WalSegmentSize size) => new(timeline, checked((uint)(number / size.PerLog)), (uint)(number % size.PerLog));

    public static WalSegmentName At(TimelineId timeline, Lsn lsn, WalSegmentSize size) => Of(timeline, size.NumberAt(lsn), size);

    /// <summary>Takes the 24 digits alone, in upper case, as PostgreSQL writes them; not <c>.partial</c>, <c>.backup</c>, <c>.history</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out WalSegmentName name)
    {
        name = default;
        if (text.Length != Length || text.ContainsAnyExcept(Digits) || !TimelineId.TryParse(text[..8], out var timeline)) return false;
        name = new WalSegmentName(timeline, Part(text[8..16]), Part(text[16..]));
        return true;
    }

    /// <summary>False: the last part is too high for segments of this size; the file is of a cluster with smaller ones.</summary>
    public bool FitsIn(WalSegmentSize size) => Segment < size.PerLog;

    public ulong Number(WalSegmentSize size) => (Log * size.PerLog) + Segment;

    public Lsn Start(WalSegmentSize size) => size.StartOf(Number(size));

    public Lsn End(WalSegmentSize size) => Start(size) + (ulong)size.Bytes;

    public WalSegmentName Next(WalSegmentSize size) => Of(Timeline, Number(size) + 1, size);

    public override string ToString() => $"{Timeline}{Log:X8}{Segment:X8}";

    private static uint Part(ReadOnlySpan<char> digits) => uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
