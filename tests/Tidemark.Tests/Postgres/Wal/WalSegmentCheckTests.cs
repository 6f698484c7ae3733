using System.Buffers.Binary;
using Tidemark.Postgres.Wal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Postgres.Wal;

public sealed class WalSegmentCheckTests
{
    [Theory]
    [InlineData(13, 1)]
    [InlineData(13, 0)]
    [InlineData(18, 1)]
    [InlineData(18, 0)]
    public void A_segment_as_a_server_wrote_it_is_good_in_pieces_of_any_length(int major, int index)
    {
        var sample = WalSample.Of(major);
        var name = index == 0 ? sample.First : sample.First.Next(WalSample.Size);
        foreach (var piece in (int[])[1 << 20, 8192, 65536 + 1, 777])
            Assert.Equal(default, Judge(sample.Segment(index), name, sample.SystemIdentifier, piece));
    }

    [Fact]
    public void A_whole_segment_that_ends_in_the_midst_of_a_record_is_good() =>
        // The first of the sample ends within the long record, the second begins with its rest.
        Assert.True(Judge(WalSample.Of(18).Segment(0), WalSample.Of(18).First, null).IsGood);

    [Fact]
    public void Each_flaw_is_told_apart()
    {
        var sample = WalSample.Of(18);
        var name = sample.First;
        var good = sample.Segment(0);
        Assert.Equal((WalSegmentFlaw.NoSegment, $"{name} has 0 bytes; the smallest segment has 1048576"), Told([], name));
        Assert.Equal(WalSegmentFlaw.NoSegment, Told(new byte[1 << 20], name).Kind);
        Assert.Equal(WalSegmentFlaw.NoSegment, Told(Changed(good, 0, 0x19), name).Kind);
        Assert.Equal((WalSegmentFlaw.OtherCluster, $"{name} is of the cluster with the system identifier {sample.SystemIdentifier}, not of 1"), Told(good, name, 1));
        Assert.Equal((WalSegmentFlaw.WrongLength, $"{name} has 983040 bytes; its header says 1048576"), Told(good[..(15 << 16)], name));
        Assert.Equal(WalSegmentFlaw.WrongLength, Told([.. good, .. new byte[1 << 16]], name).Kind);
        Assert.Equal((WalSegmentFlaw.WrongName, $"{name.Next(WalSample.Size)} begins with the page of 0/900000, which belongs to {name}"), Told(good, name.Next(WalSample.Size)));
        Assert.Equal(WalSegmentFlaw.WrongName, Told(good, name with { Segment = 0x1009 }).Kind);
        Assert.Equal(WalSegmentFlaw.Broken, Told(Changed(good, 30_000, (byte)(good[30_000] ^ 1)), name).Kind);
    }

    [Fact]
    public void A_page_of_a_later_timeline_does_not_belong_and_one_of_an_earlier_does()
    {
        var sample = WalSample.Of(18);
        Assert.True(Judge(sample.Segment(0), sample.First with { Timeline = new TimelineId(7) }, null).IsGood);
        var later = sample.Segment(0);
        for (var page = 64 * 8192; page < later.Length; page += 8192) later[page + 4] = 2;
        Assert.Equal((WalSegmentFlaw.WrongName, $"{sample.First} holds a page of timeline 2, which is later than its own"), Told(later, sample.First));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(127)]
    public void Half_a_segment_padded_with_zeros_is_unfinished(int pages)
    {
        var sample = WalSample.Of(18);
        var half = sample.Segment(0);
        half.AsSpan(pages * 8192).Clear();
        var (kind, why) = Told(half, sample.First);
        Assert.Equal(WalSegmentFlaw.Unfinished, kind);
        Assert.Contains("no XLOG_SWITCH", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_segment_over_the_bytes_of_an_older_one_is_unfinished_and_one_that_breaks_off_among_its_own_pages_is_broken()
    {
        // Servers use old files again: what was not overwritten is an older segment's.
        var sample = WalSample.Of(18);
        var half = sample.Segment(0);
        for (var page = 64 * 8192; page < half.Length; page += 8192) BinaryPrimitives.WriteUInt64LittleEndian(half.AsSpan(page + 8), 0x100000 + (ulong)page);
        var (kind, why) = Told(half, sample.First);
        Assert.Equal(WalSegmentFlaw.Unfinished, kind);
        Assert.Contains("a page of 0/180000", why, StringComparison.Ordinal);
        // A page that names a place which no older segment has there was damaged.
        var torn = sample.Segment(0);
        BinaryPrimitives.WriteUInt64LittleEndian(torn.AsSpan((64 * 8192) + 8), 0x123);
        Assert.Equal(WalSegmentFlaw.Broken, Told(torn, sample.First).Kind);
    }

    private static byte[] Changed(byte[] bytes, int at, byte to)
    {
        var changed = bytes.ToArray();
        changed[at] = to;
        return changed;
    }

    private static (WalSegmentFlaw Kind, string Why) Told(byte[] bytes, WalSegmentName name, ulong? systemIdentifier = null)
    {
        var verdict = Judge(bytes, name, systemIdentifier);
        return (verdict.Kind, verdict.Why);
    }

    private static WalSegmentVerdict Judge(byte[] bytes, WalSegmentName name, ulong? systemIdentifier, int piece = 100_000)
    {
        var check = new WalSegmentCheck(name, systemIdentifier);
        for (var at = 0; at < bytes.Length; at += piece) check.Append(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
        return check.Finish();
    }
}
