using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Wal;

namespace Tidemark.Tests.Wal;

public class WalKeysTests
{
    private const string Hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string Folder = "clusters/default/01-7300000000000000001/";

    private static readonly WalKeys Keys = new(new IncarnationFolder("default", 1, 7300000000000000001));

    [Fact]
    public void Every_key_is_read_back_as_what_it_was_written_for()
    {
        Assert.True(WalSegmentName.TryParse("0000000A000001FF000000C3", out var segment));
        var written = new (string Key, string Expected, WalObjectKind Kind, string Mark)[]
        {
            (Keys.OfSegment(segment, Hash), $"{Folder}wal/0000000A/000001FF/0000000A000001FF000000C3.{Hash}", WalObjectKind.Segment, Hash),
            (Keys.OfPartial(segment, Hash), $"{Folder}wal/0000000A/000001FF/0000000A000001FF000000C3.partial.{Hash}", WalObjectKind.Partial, Hash),
            (Keys.OfBackup(segment, "00000028"), $"{Folder}wal/0000000A/000001FF/0000000A000001FF000000C3.00000028.backup", WalObjectKind.Backup, "00000028"),
            (Keys.OfBreak(segment, 0xA0028), $"{Folder}wal/0000000A/000001FF/0000000A000001FF000000C3.000A0028.minimal", WalObjectKind.Break, "000A0028"),
        };
        foreach (var (key, expected, kind, mark) in written)
        {
            Assert.Equal(expected, key);
            Assert.Equal(new WalObject(Keys.Incarnation, kind, segment, mark), WalKeys.Parse(key));
            Assert.StartsWith(Keys.OfSegment(segment), key, StringComparison.Ordinal);
            Assert.StartsWith(Keys.Folder(segment), key, StringComparison.Ordinal);
            Assert.StartsWith(Keys.OfTimeline(segment.Timeline), key, StringComparison.Ordinal);
        }
        Assert.Equal($"{Folder}wal/0000000A.history", Keys.OfHistory(new TimelineId(10)));
        Assert.Equal(new WalObject(Keys.Incarnation, WalObjectKind.History, new WalSegmentName(new TimelineId(10), 0, 0), ""), WalKeys.Parse($"{Folder}wal/0000000A.history"));
        Assert.Equal($"{Folder}wal/0000000A.00000001F3A00028.conflict", Keys.OfConflict(new TimelineId(10), new Lsn(0x1F3A00028)));
        var conflict = WalKeys.Parse(Keys.OfConflict(new TimelineId(10), new Lsn(0x1F3A00028)))!;
        Assert.Equal((WalObjectKind.Conflict, new TimelineId(10), new Lsn(0x1F3A00028)), (conflict.Kind, conflict.Segment.Timeline, conflict.Place));
        Assert.StartsWith(Keys.OfMarks(new TimelineId(10)), conflict.Incarnation.Key + "wal/0000000A.00000001F3A00028.conflict", StringComparison.Ordinal);
        Assert.False($"{Folder}wal/0000000A.history".StartsWith(Keys.OfTimeline(new TimelineId(10)), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("wal/0000000A.history")]
    [InlineData("clusters/default/1-7300/wal/0000000A.history")]
    [InlineData("clusters/default/00-7300/wal/0000000A.history")]
    [InlineData("clusters/default/001-7300/wal/0000000A.history")]
    [InlineData("clusters/default/01-07300/wal/0000000A.history")]
    [InlineData("clusters/-x/01-7300/wal/0000000A.history")]
    [InlineData("clusters/default/01-7300/wal/0000000a.history")]
    [InlineData("clusters/default/01-7300/wal/0000000B/000001FF/0000000A000001FF000000C3." + Hash)]
    [InlineData("clusters/default/01-7300/wal/0000000A/000001FE/0000000A000001FF000000C3." + Hash)]
    [InlineData("clusters/default/01-7300/wal/0000000A/0000000A000001FF000000C3." + Hash)]
    [InlineData("clusters/default/01-7300/wal/0000000A/000001FF/0000000A000001FF000000C3")]
    [InlineData("clusters/default/01-7300/wal/0000000A/000001FF/0000000A000001FF000000C3.e3b0")]
    [InlineData("clusters/default/01-7300/wal/0000000A/000001FF/0000000A000001FF000000C3.a0028.minimal")]
    [InlineData("clusters/default/01-7300/wal/0000000A.1F3A00028.conflict")]
    [InlineData("clusters/default/01-7300/wal/0000000A.00000001f3a00028.conflict")]
    [InlineData("clusters/default/01-7300/volatile/0000000A/000001FF/0000000A000001FF000000C3." + Hash)]
    public void What_this_grammar_does_not_write_is_no_key_of_WAL(string key) => Assert.Null(WalKeys.Parse(key));

    [Theory]
    [InlineData("default", true)]
    [InlineData("eu-1.prod_a", true)]
    [InlineData("", false)]
    [InlineData(".hidden", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    public void A_cluster_has_a_plain_name(string name, bool isOne) => Assert.Equal(isOne, IncarnationFolder.IsCluster(name));
}
