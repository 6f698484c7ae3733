using System.Text;
using Tidemark.Postgres.Wal;
using Tidemark.Wal;

namespace Tidemark.Tests.Wal;

public sealed class WalPlanTests
{
    /// <summary>Timeline 1 was left at 0x350000 (in segment 3), timeline 2 exactly where segment 5 begins; segments have 1 MiB.</summary>
    private static readonly WalPlan Plan = new(
        MadeWal.Cluster, MadeWal.Size,
        new TimelineHistory(new TimelineId(4), [new TimelineFork(new TimelineId(1), new Lsn(0x350000), ""), new TimelineFork(new TimelineId(2), new Lsn(0x500000), "")]),
        new Lsn(0x200028), new Lsn(0x6A0000), new PlannedTail(0xA0000, new string('a', 64)));

    [Fact]
    public void A_plan_is_read_back_as_it_was_written()
    {
        var read = WalPlan.Read(Plan.Write());
        Assert.Equal(Plan.History.Forks.Select(fork => (fork.Parent, fork.End)), read.History.Forks.Select(fork => (fork.Parent, fork.End)));
        Assert.Equal(Plan with { History = read.History }, read);
        Assert.Equal(Encoding.UTF8.GetString(Plan.Write()), Encoding.UTF8.GetString(read.Write()));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 4)]
    [InlineData(6, 4)]
    public void Each_segment_is_of_one_timeline(ulong number, uint timeline) => Assert.Equal(timeline, Plan.TimelineOf(number).Value);

    [Theory]
    [InlineData("000000010000000000000002", true, true, false)]
    [InlineData("000000010000000000000003", false, false, false)]
    [InlineData("000000020000000000000003", true, true, false)]
    [InlineData("000000020000000000000005", false, false, false)]
    [InlineData("000000040000000000000005", true, true, false)]
    [InlineData("000000040000000000000006", true, true, true)]
    [InlineData("000000040000000000000007", false, false, false)]
    [InlineData("000000050000000000000006", false, false, false)]
    [InlineData("00000001.history", false, false, false)]
    [InlineData("00000002.history", true, true, false)]
    [InlineData("00000003.history", false, false, false)]
    [InlineData("00000004.history", true, true, false)]
    [InlineData("00000005.history", true, false, false)]
    [InlineData("000000010000000000000002.partial", false, false, false)]
    public void Only_what_is_planned_is_looked_for(string name, bool ask, bool mustExist, bool mayBeTail) =>
        Assert.Equal(new FetchRule(ask, mustExist, mayBeTail), FetchRule.Of(WalFileName.Parse(name)!, Plan));

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2")]
    [InlineData("1048576", "1048577")]
    [InlineData("\"timeline\": 4", "\"timeline\": 1")]
    [InlineData("0/200028", "0/700000")]
    [InlineData("655360", "655359")]
    [InlineData("7300000000000000001", "x")]
    [InlineData("{", "")]
    public void A_plan_that_contradicts_itself_is_none(string here, string instead) =>
        Assert.Throws<FormatException>(() => WalPlan.Read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Plan.Write()).Replace(here, instead, StringComparison.Ordinal))));

    [Theory]
    [InlineData("000000010000000000000002", WalObjectKind.Segment)]
    [InlineData("000000010000000000000002.partial", WalObjectKind.Partial)]
    [InlineData("000000010000000000000002.00000028.backup", WalObjectKind.Backup)]
    [InlineData("0000000A.history", WalObjectKind.History)]
    public void The_names_of_PostgreSQL_are_read_and_written_alike(string name, object kind)
    {
        var read = WalFileName.Parse(name)!;
        Assert.Equal(kind, read.Kind);
        Assert.Equal(name, $"{read}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("RECOVERYXLOG")]
    [InlineData("00000000.history")]
    [InlineData("000000010000000000000002.gz")]
    [InlineData("000000010000000000000002.0000002g.backup")]
    public void Other_names_are_not(string name) => Assert.Null(WalFileName.Parse(name));
}
