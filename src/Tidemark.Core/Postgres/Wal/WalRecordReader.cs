using System.Buffers.Binary;

namespace Tidemark.Postgres.Wal;

/// <summary>Walks the records of one segment or of several in a row: each one's checksum is proven, and that it follows the one before (<c>xl_prev</c>).</summary>
/// <remarks>
/// The bytes are not trusted: whatever they hold, reading ends in <see cref="End"/>, never in an exception, and it holds at most a mebibyte of them.
/// Begin at the start of a segment. A record that began in the segment before is passed over, and what the first record follows is not known.
/// <code>
/// reader.Feed(pages);
/// while (reader.TryRead(out var record)) { … }
/// if (reader.End is { } end) …   // else: feed what follows
/// </code>
/// </remarks>
internal sealed class WalRecordReader
{
    /// <summary>Give pages in multiples of this: no server has larger ones, and no smaller segments.</summary>
    public const int FeedBytes = 1 << 16;

    private const int MostKept = 1 << 20;

    private readonly WalBlockReader blocks = new();
    private ReadOnlyMemory<byte> pages;
    private Lsn pagesAt;
    private int at, pageEnd;
    private TimelineId timeline;
    private Lsn previous, passTo;
    private uint pass;
    private byte[] kept = new byte[1 << 14];
    private Lsn begun, dropped;
    private uint length, gathered, sum;

    /// <summary>Known once the first page was read.</summary>
    public WalIdentity? Identity { get; private set; }

    /// <summary>Where the first page says that it is.</summary>
    public Lsn Start { get; private set; }

    /// <summary>Null: it goes on with what is fed next.</summary>
    public WalEnd? End { get; private set; }

    /// <summary>The place up to which all is read; within a record that goes on, where that began.</summary>
    public Lsn Position => length > 0 ? begun : Here;

    /// <summary>The highest timeline that a page named so far.</summary>
    public TimelineId Timeline => timeline;

    private Lsn Here => pagesAt + (ulong)at;

    /// <summary>The pages that follow those fed before, all of which were read.</summary>
    /// <param name="next">Whole pages; must not change before all of it was read.</param>
    public void Feed(ReadOnlyMemory<byte> next)
    {
        if (End is not null) return;
        if (next.Length % FeedBytes != 0) throw new ArgumentException($"{next.Length} bytes are no multiple of {FeedBytes}", nameof(next));
        if (at != pages.Length) throw new InvalidOperationException("not all was read of what was fed before");
        pagesAt += (ulong)at;
        pages = next;
        at = pageEnd = 0;
        if (Identity is not null || next.Length == 0) return;
        Identity = WalIdentity.Read(next.Span, out var why);
        Start = pagesAt = WalPageHeader.Read(next.Span).Address;
        if (Identity is null) Stop(Start, next.Span[..WalPageHeader.LongLength].IndexOfAnyExcept((byte)0) < 0, why);
        else if (Identity.SegmentSize.OffsetOf(Start) != 0) Stop(Start, false, "its first page is not the first of a segment");
        else if (Start.Value > ulong.MaxValue - (1UL << 40)) Stop(Start, false, "no log is that long");
    }

    /// <returns>False: all is read that was fed, or <see cref="End"/> says why no more can be.</returns>
    public bool TryRead(out WalRecord record)
    {
        record = default;
        while (End is null)
        {
            if (at == pageEnd)
            {
                if (at == pages.Length) return false;
                EnterPage();
            }
            else if (length > 0)
            {
                if (Gather(out record)) return true;
            }
            else if (Begin(out record)) return true;
        }
        return false;
    }

    private void EnterPage()
    {
        var page = pages.Span.Slice(at, Identity!.PageBytes);
        pageEnd = at + page.Length;
        if (Here < passTo)
        {
            at = pageEnd;
            return;
        }
        var header = WalPageHeader.Read(page);
        if (WhyBad(page, header) is { } why)
        {
            Stop(length > 0 ? begun : Here, header.Magic == 0 && page.IndexOfAnyExcept((byte)0) < 0, length > 0 ? $"it goes on at {Here}, where {why}" : why);
            return;
        }
        timeline = new TimelineId(header.Timeline);
        at += header.Length;
        if (length > 0) ContinueRecord(header);
        else if (pass > 0 || Here - Start == (ulong)header.Length) PassOver(header, pageEnd - at);
        else if (header.Continued) Stop(Here, false, "the page begins with the rest of a record that does not begin before it");
    }

    private string? WhyBad(ReadOnlySpan<byte> page, in WalPageHeader header)
    {
        if (WalMagic.MajorOf(header.Magic) != Identity!.Major) return $"the page has the magic {header.Magic:X4}";
        if (header.UnknownFlags) return "the page has unknown flags";
        if (header.Address != Here) return $"the page says that it is the one of {header.Address}";
        if (header.Timeline == 0 || header.Timeline < timeline.Value) return $"the page is of timeline {header.Timeline}, after one of timeline {timeline.Value}";
        if (!header.Long) return Identity.SegmentSize.OffsetOf(Here) == 0 ? "the first page of a segment has no long header" : null;
        return WalIdentity.Read(page, out var why) == Identity ? null : why.Length > 0 ? why : "the page is of another cluster";
    }

    private void PassOver(in WalPageHeader header, int room)
    {
        pass = header.Continued && !header.Overwritten ? header.Rest : 0;
        at += (int)Math.Min(Padded(pass), (ulong)room);
        pass -= Math.Min(pass, (uint)room);
    }

    private void ContinueRecord(in WalPageHeader header)
    {
        if (header.Overwritten)
        {
            dropped = begun;
            length = 0;
        }
        else if (!header.Continued) Stop(begun, false, $"it does not go on at {pagesAt + (ulong)(pageEnd - Identity!.PageBytes)}");
        else if (header.Rest != length - gathered) Stop(begun, false, $"{length - gathered} bytes of it are missing, and the next page says {header.Rest}");
    }

    private bool Begin(out WalRecord record)
    {
        record = default;
        var rest = pages.Span[at..pageEnd];
        var total = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (total == 0) Stop(Here, true, "its length is 0");
        else if (total is < WalRecord.HeaderLength or > WalRecord.Longest) Stop(Here, false, $"its length is {total}");
        if (End is not null) return false;
        begun = Here;
        if (rest.Length >= WalRecord.HeaderLength && !Follows(rest)) return false;
        if (total <= rest.Length)
        {
            at += (int)Padded(total);
            return Complete(rest[..(int)total], total, Crc32C.Add(Crc32C.Start, rest[WalRecord.HeaderLength..(int)total]), out record);
        }
        length = total;
        gathered = 0;
        sum = Crc32C.Start;
        Take(rest);
        at = pageEnd;
        return false;
    }

    private bool Gather(out WalRecord record)
    {
        record = default;
        var had = gathered;
        var part = pages.Span[at..pageEnd];
        part = part[..(int)Math.Min(length - gathered, (uint)part.Length)];
        Take(part);
        at += (int)Padded((uint)part.Length);
        if (had < WalRecord.HeaderLength && gathered >= WalRecord.HeaderLength && !Follows(kept)) return false;
        if (gathered < length) return false;
        var total = length;
        length = 0;
        return Complete(kept.AsSpan(0, (int)Math.Min(total, MostKept)), total, sum, out record);
    }

    private void Take(ReadOnlySpan<byte> part)
    {
        if (gathered < MostKept)
        {
            var fits = part[..(int)Math.Min(MostKept - gathered, (uint)part.Length)];
            var needed = (int)gathered + fits.Length;
            if (needed > kept.Length) Array.Resize(ref kept, Math.Min(MostKept, Math.Max(needed, kept.Length * 2)));
            fits.CopyTo(kept.AsSpan((int)gathered));
        }
        var header = (int)Math.Min((uint)part.Length, WalRecord.HeaderLength - Math.Min(gathered, WalRecord.HeaderLength));
        sum = Crc32C.Add(sum, part[header..]);
        gathered += (uint)part.Length;
    }

    private bool Follows(ReadOnlySpan<byte> header)
    {
        var says = new Lsn(BinaryPrimitives.ReadUInt64LittleEndian(header[8..]));
        if (previous.IsNone ? says < begun : says == previous) return true;
        Stop(begun, false, previous.IsNone ? $"it says that it follows {says}" : $"it says that it follows {says}, and {previous} is before it");
        return false;
    }

    private bool Complete(ReadOnlySpan<byte> bytes, uint total, uint checksum, out WalRecord record)
    {
        record = default;
        if (!WalChecksum.Matches(checksum, bytes)) Stop(begun, false, "its checksum is wrong");
        else if (blocks.Read(bytes, total, Identity!.Major) is { } why) Stop(begun, false, why);
        if (End is not null) return false;
        var data = total - blocks.DataLength;
        record = new WalRecord(begun, Here, timeline, Identity!.Major, bytes, blocks.Blocks, data < bytes.Length ? bytes[(int)data..] : default);
        if (!dropped.IsNone && !Overwrites(record)) return false;
        previous = begun;
        if (record.IsSwitch) passTo = Identity.SegmentSize.StartOf(Identity.SegmentSize.NumberBefore(Here) + 1);
        if (Here < passTo) at = pageEnd;
        return true;
    }

    private bool Overwrites(in WalRecord record)
    {
        if (WalLandmark.Of(record) is not WalLandmark.Overwrite over || over.Lost != dropped) Stop(begun, false, $"it should say that the rest of the record at {dropped} is lost");
        dropped = Lsn.None;
        return End is null;
    }

    private void Stop(Lsn where, bool unwritten, string why) => End = new WalEnd(where, unwritten, why);

    private static ulong Padded(uint bytes) => ((ulong)bytes + 7) & ~7UL;
}
