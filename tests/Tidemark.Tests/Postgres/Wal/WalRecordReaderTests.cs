using System.Buffers.Binary;
using Tidemark.Postgres.Wal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Postgres.Wal;

public sealed class WalRecordReaderTests
{
    [Theory]
    [InlineData(13, 1 << 16)]
    [InlineData(13, 1 << 20)]
    [InlineData(18, 1 << 16)]
    [InlineData(18, 1 << 21)]
    public void It_reads_what_pg_waldump_reads_however_it_is_fed(int major, int pieceBytes)
    {
        var sample = WalSample.Of(major);
        Assert.Equal(sample.Dump, WalLines.Of([sample.Bytes], pieceBytes));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public void From_the_second_segment_on_it_passes_over_what_began_in_the_first(int major)
    {
        var sample = WalSample.Of(major);
        var start = sample.First.Next(WalSample.Size).Start(WalSample.Size);
        var expected = sample.Dump.Where(line => Lsn.Parse(line.Split(' ')[0]) >= start).ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, WalLines.Of([sample.Segment(1)], 1 << 16));
    }

    [Fact]
    public void It_knows_the_cluster_from_the_first_page()
    {
        var reader = new WalRecordReader();
        reader.Feed(WalSample.Of(18).Segment(0));
        Assert.Equal(new WalIdentity(18, WalSample.Of(18).SystemIdentifier, WalSample.Size, 8192), reader.Identity);
        Assert.Equal(WalSample.Of(18).First.Start(WalSample.Size), reader.Start);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public void It_reads_what_the_log_says_of_itself(int major)
    {
        var found = Landmarks(WalSample.Of(major));
        Assert.Equal("here", Assert.Single(found.OfType<WalLandmark.RestorePoint>()).Name);
        Assert.Equal([false], found.OfType<WalLandmark.FullPages>().Select(change => change.On));
        // pg_waldump: "CHECKPOINT_ONLINE redo …; tli 1; prev tli 1; fpw …".
        var first = found.OfType<WalLandmark.Checkpoint>().First();
        Assert.Equal(new WalLandmark.Checkpoint(Lsn.Parse(major == 13 ? "0/B22740" : "0/A39558"), TimelineId.First, TimelineId.First, true), first);
        Assert.Equal(2, found.OfType<WalLandmark.Checkpoint>().Count());
    }

    [Fact]
    public void After_a_log_that_is_written_no_further_it_ends_and_says_where()
    {
        var half = WalSample.Of(18).Segment(0);
        half.AsSpan(40 * 8192).Clear();
        var lines = WalLines.Of([half], 1 << 16).ToList();
        Assert.StartsWith("the log ends at 0/", lines[^1], StringComparison.Ordinal);
        Assert.Equal(WalSample.Of(18).Dump.Take(lines.Count - 1), lines[..^1]);
    }

    [Theory]
    [InlineData(0, "the page says that it is the one of 0/900000")]
    [InlineData(1, "the page is of timeline 1, after one of timeline 2")]
    [InlineData(2, "the page has the magic D116")]
    [InlineData(3, "the page has unknown flags")]
    public void A_page_that_does_not_belong_ends_it(int what, string why)
    {
        var segment = WalSample.Of(18).Segment(0);
        var page = segment.AsSpan(8192);
        switch (what)
        {
            case 0: segment.AsSpan(8, 8).CopyTo(page[8..]); break;
            case 1: segment[4] = 2; break;
            case 2: page[0] = 0x16; break;
            default: page[3] = 0x10; break;
        }
        Assert.Contains(why, WalLines.Of([segment], 1 << 16).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_of_another_cluster_ends_it()
    {
        var sample = WalSample.Of(18);
        var other = sample.Segment(1);
        other[24] ^= 1;
        Assert.Contains("the page is of another cluster", WalLines.Of([sample.Segment(0), other], 1 << 20).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_that_is_left_out_ends_it()
    {
        var sample = WalSample.Of(18);
        Assert.Contains("the page says that it is the one of", WalLines.Of([sample.Segment(0), sample.Segment(0)], 1 << 20).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_out_of_its_chain_ends_it_though_its_checksum_is_right()
    {
        // The third record gets another place as the one before it, and a checksum that fits.
        var segment = WalSample.Of(18).Segment(0);
        var at = WalSample.Size.OffsetOf(Lsn.Parse(WalSample.Of(18).Dump[2].Split(' ')[0]));
        var record = segment.AsSpan(at, (int)BinaryPrimitives.ReadUInt32LittleEndian(segment.AsSpan(at)));
        record[8] ^= 0x10;
        WalPages.Seal(record);
        var lines = WalLines.Of([segment], 1 << 16).ToList();
        Assert.Equal(3, lines.Count);
        Assert.Contains("it says that it follows", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_record_that_a_crash_cut_off_is_left_out_where_the_log_says_so(bool said)
    {
        // The long record crosses many pages: from its second one on the log was written anew.
        var sample = WalSample.Of(18);
        var torn = sample.Dump.Select((line, index) => (line, index)).Single(one => one.line.Contains("/1000062", StringComparison.Ordinal));
        var lost = Lsn.Parse(torn.line.Split(' ')[0]);
        var before = Lsn.Parse(sample.Dump[torn.index - 1].Split(' ')[0]);
        var segment = sample.Segment(0);
        var page = (WalSample.Size.OffsetOf(lost) / 8192 + 1) * 8192;
        WalPages.Overwrite(segment.AsSpan(page), said ? lost : before, before);
        var lines = WalLines.Of([segment], 1 << 16).ToList();
        Assert.Equal(sample.Dump.Take(torn.index), lines.Take(torn.index));
        if (said) Assert.StartsWith($"{sample.First.Start(WalSample.Size) + (ulong)page + 24} after {before} XLOG", lines[torn.index], StringComparison.Ordinal);
        else Assert.EndsWith($"it should say that the rest of the record at {lost} is lost", lines[torn.index], StringComparison.Ordinal);
    }

    private static List<WalLandmark> Landmarks(WalSample sample)
    {
        var found = new List<WalLandmark>();
        var reader = new WalRecordReader();
        reader.Feed(sample.Bytes);
        while (reader.TryRead(out var record))
        {
            if (WalLandmark.Of(record) is { } landmark) found.Add(landmark);
        }
        return found;
    }
}
