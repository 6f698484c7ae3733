using Tidemark.Standbys;

namespace Tidemark.Tests.Standbys;

public sealed class SequenceTests
{
    private static readonly Sequence Plain = new(1_000, 1, 1, 1, long.MaxValue, false);

    [Theory]
    [InlineData(null, 1_100L)]
    [InlineData(1_000L, 1_100L)]
    [InlineData(1_049L, 1_100L)]
    [InlineData(1_050L, null)]
    [InlineData(5_000L, null)]
    public void It_is_set_ahead_when_less_than_half_of_the_margin_is_left_and_never_back(long? standby, long? expected) =>
        Assert.Equal(expected, Plain.Ahead(Plain with { Last = standby }, 100));

    [Fact]
    public void One_that_counts_down_by_threes_is_set_below_and_none_past_its_end()
    {
        var down = new Sequence(-10, -3, 1, -1_000, -1, false);
        Assert.Equal(-310, down.Ahead(down, 100));
        Assert.Equal(-1_000, (down with { Last = -900 }).Ahead(down, 100));
        Assert.Equal(32_767, (Plain with { Last = 32_760, Most = 32_767 }).Ahead(Plain, 100));
        Assert.Equal(long.MaxValue, (Plain with { Last = long.MaxValue - 5, Cache = long.MaxValue }).Ahead(Plain, 100));
    }

    [Fact]
    public void One_that_begins_anew_at_its_end_is_kept_in_step_and_an_unused_one_is_left_alone()
    {
        var cycling = Plain with { Cycles = true, Most = 2_000 };
        Assert.Equal(1_000, cycling.Ahead(cycling with { Last = 900 }, 100));
        Assert.Null(cycling.Ahead(cycling, 100));
        Assert.Null((Plain with { Last = null }).Ahead(Plain, 100));
    }
}
