using Tidemark.Heartbeats;

namespace Tidemark.Tests.Heartbeats;

public sealed class HeartbeatWatchTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
    private readonly HeartbeatWatch watch = new(TimeSpan.FromMinutes(15), Start);

    [Fact]
    public void More_than_15_minutes_without_one_are_missing_and_exactly_15_are_not()
    {
        watch.See(new HeartbeatSighting(true, TimeSpan.FromMinutes(3)), Start);
        Assert.Equal(HeartbeatState.Seen, watch.Judge(Start.AddMinutes(12)).State);
        Assert.Equal((HeartbeatState.Missing, Start.AddMinutes(-3)), (watch.Judge(Start.AddMinutes(12).AddSeconds(1)).State, watch.Judge(Start.AddMinutes(13)).LastAt));
        watch.See(new HeartbeatSighting(true, TimeSpan.Zero), Start.AddMinutes(20));
        Assert.Equal(HeartbeatState.Seen, watch.Judge(Start.AddMinutes(20)).State);
    }

    [Fact]
    public void Old_rows_that_were_there_before_the_service_are_missing_at_once()
    {
        watch.See(new HeartbeatSighting(true, TimeSpan.FromDays(2)), Start);
        Assert.Equal(HeartbeatState.Missing, watch.Judge(Start).State);
    }

    [Fact]
    public void Without_the_table_nobody_asked_for_heartbeats_and_with_an_empty_one_they_have_the_limit_to_come()
    {
        watch.See(new HeartbeatSighting(false, null), Start);
        Assert.Equal(HeartbeatState.NotWatched, watch.Judge(Start.AddDays(1)).State);
        watch.See(new HeartbeatSighting(true, null), Start.AddMinutes(1));
        Assert.Equal(HeartbeatState.NotKnown, watch.Judge(Start.AddMinutes(15)).State);
        Assert.Equal(HeartbeatState.Missing, watch.Judge(Start.AddMinutes(16)).State);
    }

    [Fact]
    public void A_table_that_was_there_and_is_gone_and_a_server_that_is_away_are_missing_heartbeats()
    {
        watch.Fail("the server cannot be reached");
        Assert.Equal((HeartbeatState.Missing, "the server cannot be reached"), watch.Judge(Start.AddMinutes(16)) is var away ? (away.State, away.Why) : default);
        watch.See(new HeartbeatSighting(true, TimeSpan.Zero), Start.AddMinutes(20));
        watch.See(new HeartbeatSighting(false, null), Start.AddMinutes(21));
        Assert.Equal((HeartbeatState.Missing, "the table is not there"), watch.Judge(Start.AddMinutes(36)) is var gone ? (gone.State, gone.Why) : default);
    }

    [Fact]
    public void A_clock_that_was_put_back_makes_no_heartbeat_of_the_future()
    {
        watch.See(new HeartbeatSighting(true, TimeSpan.Zero), Start.AddHours(5));
        Assert.Equal(HeartbeatState.Seen, watch.Judge(Start).State);
        watch.See(new HeartbeatSighting(true, TimeSpan.FromMinutes(20)), Start);
        Assert.Equal(HeartbeatState.Missing, watch.Judge(Start).State);
    }
}
