using Tidemark.Standbys;

namespace Tidemark.Tests.Standbys;

public sealed class StandbyJudgementTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly StandbyRecord Record = new("west") { Source = "a", Target = "b", Phase = StandbyPhase.Streaming, At = Now, Objective = "10s", SlotLimit = 1000 };
    private static readonly PrimaryLook Slot = new(Now, true, true, false, 10, 10);
    private static readonly SubscriptionLook Subscription = new(true, true, true, 0, "", Now, []);

    [Theory]
    [InlineData(9, "Following")]
    [InlineData(11, "Late")]
    public void It_follows_within_its_objective(int lag, string expected) => Assert.Equal(Enum.Parse<StandbyState>(expected), StandbyJudgement.State(Record, Slot, Subscription, TimeSpan.FromSeconds(lag)));

    [Fact]
    public void What_cannot_come_back_by_itself_is_broken_and_what_cannot_be_asked_is_not_known()
    {
        Assert.Equal(StandbyState.Broken, StandbyJudgement.State(Record, Slot with { HasSlot = false }, Subscription, TimeSpan.Zero));
        Assert.Equal(StandbyState.Broken, StandbyJudgement.State(Record, Slot with { IsLost = true }, Subscription, TimeSpan.Zero));
        Assert.Equal(StandbyState.Broken, StandbyJudgement.State(Record, Slot, Subscription with { IsEnabled = false }, TimeSpan.Zero));
        Assert.Equal(StandbyState.Unknown, StandbyJudgement.State(Record, null, Subscription, null));
        Assert.Equal(StandbyState.Late, StandbyJudgement.State(Record, Slot, Subscription, null));
        Assert.Equal(StandbyState.Copying, StandbyJudgement.State(Record with { Phase = StandbyPhase.Indexing }, Slot, Subscription, TimeSpan.Zero));
    }

    [Fact]
    public void A_worker_that_fails_and_a_link_that_is_cut_are_told_apart()
    {
        var (idle, gone) = (Slot with { IsActive = false }, Subscription with { IsWorking = false });
        Assert.Empty(StandbyJudgement.Troubles(Record, Slot, Subscription, false, null));
        Assert.Contains("duplicate key", Assert.Single(StandbyJudgement.Troubles(Record, idle, gone with { Failures = 3 }, true, "duplicate key")).Why, StringComparison.Ordinal);
        Assert.Contains("does not reach", Assert.Single(StandbyJudgement.Troubles(Record, idle, gone, true, null)).What, StringComparison.Ordinal);
        Assert.Contains("1,001 bytes", Assert.Single(StandbyJudgement.Troubles(Record, Slot with { Held = 1001 }, Subscription, false, null)).What, StringComparison.Ordinal);
    }
}
