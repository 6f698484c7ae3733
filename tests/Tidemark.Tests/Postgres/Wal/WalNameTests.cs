using System.Text;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Postgres.Wal;

public sealed class WalNameTests
{
    private static readonly WalSegmentSize Small = new(1 << 20), Large = new(1 << 30);

    [Theory]
    [InlineData("0/0", 0ul)]
    [InlineData("16/B374D848", 0x16_B374D848ul)]
    [InlineData("ffffffff/FFFFFFFF", ulong.MaxValue)]
    public void An_lsn_is_read_as_PostgreSQL_writes_it(string text, ulong value)
    {
        Assert.Equal(new Lsn(value), Lsn.Parse(text));
        Assert.Equal(text.ToUpperInvariant(), new Lsn(value).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("16")]
    [InlineData("16/")]
    [InlineData("/16")]
    [InlineData("1/2/3")]
    [InlineData("123456789/0")]
    [InlineData("0/ 1")]
    [InlineData("-1/0")]
    [InlineData("0x1/0")]
    public void What_is_no_lsn_is_refused(string text) => Assert.False(Lsn.TryParse(text, out _));

    // The expected names are pg_walfile_name's, of servers with these segment sizes.
    [Theory]
    [InlineData(16, "0/1000000", "000000010000000000000001")]
    [InlineData(16, "1/0", "000000010000000100000000")]
    [InlineData(16, "0/FFFFFFFF", "0000000100000000000000FF")]
    [InlineData(1, "0/FFFFFFFF", "000000010000000000000FFF")]
    [InlineData(64, "2/C4000000", "000000010000000200000031")]
    [InlineData(1024, "1/C0000000", "000000010000000100000003")]
    public void A_segment_is_named_by_the_size_of_segments(int mebibytes, string lsn, string name)
    {
        var size = new WalSegmentSize(mebibytes << 20);
        var found = WalSegmentName.At(TimelineId.First, Lsn.Parse(lsn), size);
        Assert.Equal(name, found.ToString());
        Assert.True(WalSegmentName.TryParse(name, out var read));
        Assert.Equal(found, read);
        Assert.Equal(size.NumberAt(Lsn.Parse(lsn)), read.Number(size));
        Assert.Equal(read.End(size), read.Next(size).Start(size));
    }

    [Fact]
    public void A_segment_of_smaller_ones_does_not_fit_among_larger_ones()
    {
        Assert.True(WalSegmentName.TryParse("000000010000000000000FFF", out var name));
        Assert.True(name.FitsIn(Small));
        Assert.False(name.FitsIn(WalSegmentSize.Default));
        Assert.False(name.FitsIn(Large));
    }

    [Theory]
    [InlineData("000000010000000000000001.partial")]
    [InlineData("00000001000000000000000g")]
    [InlineData("00000001000000000000000a")]
    [InlineData("000000000000000000000001")]
    [InlineData("00000002.history")]
    public void What_is_no_segment_is_refused(string text) => Assert.False(WalSegmentName.TryParse(text, out _));

    [Fact]
    public void An_end_on_a_boundary_belongs_to_the_segment_before_it()
    {
        var size = WalSegmentSize.Default;
        Assert.Equal(1ul, size.NumberBefore(new Lsn(2 << 24)));
        Assert.Equal(2ul, size.NumberAt(new Lsn(2 << 24)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 19)]
    [InlineData(3 << 20)]
    public void PostgreSQL_makes_no_such_segments(int bytes) => Assert.Throws<ArgumentOutOfRangeException>(() => new WalSegmentSize(bytes));

    [Fact]
    public void A_history_says_which_timeline_wrote_a_byte()
    {
        var history = TimelineHistory.Parse(new TimelineId(4), Encoding.UTF8.GetBytes("# by hand\n1\t0/5000000\tno recovery target specified\n\n3\t0/7000148\tbefore 2026-11-23 00:00:00+00\n"));
        foreach (var (lsn, timeline) in new[] { ("0/0", 1u), ("0/4FFFFFF", 1u), ("0/5000000", 3u), ("0/7000147", 3u), ("0/7000148", 4u) }) Assert.Equal(timeline, history.At(Lsn.Parse(lsn)).Value);
        Assert.Equal(Lsn.Parse("0/7000148"), history.EndOf(new TimelineId(3)));
        Assert.Null(history.EndOf(new TimelineId(2)));
        Assert.Null(history.EndOf(new TimelineId(4)));
        Assert.Equal("before 2026-11-23 00:00:00+00", history.Forks[1].Reason);
        Assert.Equal("00000004.history", history.Timeline.HistoryFileName);
    }

    [Theory]
    [InlineData("1\n")]
    [InlineData("x\t0/1\treason\n")]
    [InlineData("1\t0-1\treason\n")]
    [InlineData("4\t0/1\tits own\n")]
    [InlineData("0\t0/1\tnone\n")]
    [InlineData("2\t0/2\ta\n1\t0/3\tb\n")]
    [InlineData("1\t0/3\ta\n2\t0/2\tb\n")]
    public void A_history_that_cannot_be_is_refused(string content) => Assert.Throws<FormatException>(() => TimelineHistory.Parse(new TimelineId(4), Encoding.UTF8.GetBytes(content)));
}
