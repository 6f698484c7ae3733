using Tidemark.Postgres.Wal;
using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Wal.Receiving;

public sealed class ReceivePlanTests
{
    private static readonly WalSegmentSize Size = WalSegmentSize.Default;

    [Theory]
    [InlineData("", "0/5000148", null, "1 0/5000000")]
    [InlineData("", "0/5000148", "0/3000060", "1 0/3000000")]
    [InlineData("1 0/4000000", "0/5000148", "0/3000060", "1 0/4000000")]
    [InlineData("1 0/4000010", "0/5000148", "0/3000060", "1 0/4000000")]
    public void It_goes_on_at_the_start_of_the_segment_where_it_stopped(string have, string flushed, string? reserved, string expected) =>
        Assert.Equal(expected, Told(ReceivePlan.Of(new ServerPosition(new TimelineHistory(TimelineId.First, []), Lsn.Parse(flushed)), Position(have), reserved is null ? null : Lsn.Parse(reserved), Size)));

    // Timeline 1 was left for 2 at 0/5000148, and 2 for 4 at 0/7000200.
    [Theory]
    [InlineData("1 0/4000000", "1 0/4000000", false)]
    [InlineData("1 0/5000010", "1 0/5000000", false)]
    [InlineData("1 0/5000148", "2 0/5000000", false)]
    [InlineData("1 0/5000300", "2 0/5000000", true)]
    [InlineData("1 0/6000300", "2 0/5000000", true)]
    [InlineData("2 0/7000000", "2 0/7000000", false)]
    [InlineData("2 0/7000200", "4 0/7000000", false)]
    [InlineData("4 0/9000000", "4 0/9000000", false)]
    [InlineData("3 0/9000000", "4 0/7000000", true)]
    public void A_switch_of_timelines_is_followed_from_where_it_was_left(string have, string expected, bool remarks)
    {
        var plan = ReceivePlan.Of(AfterTwoForks(), Position(have), Lsn.Parse("0/9000000"), Size);
        Assert.Equal(expected, Told(plan));
        Assert.Equal(remarks, plan.Remark is not null);
    }

    [Fact]
    public void A_server_that_has_fallen_behind_to_an_older_timeline_is_refused()
    {
        var fault = Assert.Throws<Fault>(() => ReceivePlan.Of(AfterTwoForks(), Position("5 0/9000000"), null, Size));
        Assert.Equal(5, fault.Code.ExitCode);
        Assert.Contains("old primary", fault.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_primary_that_has_less_than_was_received_was_set_back_and_a_standby_is_waited_for()
    {
        var one = new ServerPosition(new TimelineHistory(TimelineId.First, []), Lsn.Parse("0/5000148"));
        Assert.Equal("1 0/5000000", Told(ReceivePlan.Of(one, Position("1 0/5000148"), null, Size)));
        var back = Assert.Throws<Fault>(() => ReceivePlan.Of(one, Position("1 0/5000149"), null, Size));
        Assert.Equal((5, "the server was set back in time"), (back.Code.ExitCode, back.What));
        Assert.Equal([true, false, false], new[] { ReceivePlan.IsSetBack(one, Position("1 0/5000149")), ReceivePlan.IsSetBack(one, Position("1 0/5000148")), ReceivePlan.IsSetBack(one with { Standby = true }, Position("1 0/5000149")) });
        var behind = Assert.Throws<Fault>(() => ReceivePlan.Of(one with { Standby = true }, Position("1 0/5000149"), null, Size));
        Assert.True(behind.Transient);
    }

    [Fact]
    public void A_gap_is_named_by_both_of_its_ends()
    {
        var plan = ReceivePlan.AfterGap(AfterTwoForks(), new ReceivePlan(new TimelineId(2), Lsn.Parse("0/6000000")), Lsn.Parse("0/8000028"), Size);
        Assert.Equal("4 0/8000000", Told(plan));
        Assert.Contains("0/6000000 to 0/8000000", plan.Remark, StringComparison.Ordinal);
    }

    private static ServerPosition AfterTwoForks() =>
        new(new TimelineHistory(new TimelineId(4), [new TimelineFork(TimelineId.First, Lsn.Parse("0/5000148"), ""), new TimelineFork(new TimelineId(2), Lsn.Parse("0/7000200"), "")]), Lsn.Parse("0/9000300"));

    private static WalPosition? Position(string text) => text.Split(' ') is [var timeline, var end] ? new WalPosition(new TimelineId(uint.Parse(timeline, System.Globalization.CultureInfo.InvariantCulture)), Lsn.Parse(end)) : null;

    private static string Told(ReceivePlan plan) => $"{plan.Timeline.Value} {plan.From}";
}
