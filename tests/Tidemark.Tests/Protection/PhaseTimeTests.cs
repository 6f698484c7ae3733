using Tidemark.Protection;

namespace Tidemark.Tests.Protection;

public sealed class PhaseTimeTests
{
    [Fact]
    public void A_fixed_part_and_a_part_by_size_are_told_apart()
    {
        var time = PhaseTime.Of([(100, 2 + 1), (400, 2 + 4), (6400, 2 + 64), (1600, 2 + 16)], 3200);
        Assert.Equal(2 + 32, time.P50, 6);
        // Four agree exactly; that they always will, nobody believes.
        Assert.InRange(time.P90!.Value, 34 * 1.1, 34 * 1.5);
    }

    [Fact]
    public void Two_sizes_make_a_line_and_say_nothing_of_how_much_it_varies() => Assert.Equal(new PhaseTime(6, null), Rounded(PhaseTime.Of([(100, 3), (200, 4)], 400)));

    [Theory]
    [InlineData(1, 0.5, 200, 1)]
    [InlineData(1, 4, 50, 1)]
    public void No_part_is_negative(double first, double second, double bytes, double least)
    {
        var time = PhaseTime.Of([(100, first), (200, second)], bytes);
        // Falling with size: between the two. Rising faster than size: in proportion, between 0.01 and 0.02 a byte.
        Assert.Equal(second < first ? (first + second) / 2 : 0.015 * bytes, time.P50, 3);
        Assert.True(time.P90 > time.P50 && time.P50 < least);
    }

    [Fact]
    public void Of_sizes_that_hardly_differ_no_slope_is_made()
    {
        // Noise: the larger one was faster.
        Assert.Equal(10, PhaseTime.Of([(100, 11), (101, 9)], 100).P50, 6);
        Assert.Equal(PhaseTime.Of([(100, 10)], 1000).P50, PhaseTime.Of([(100, 11), (101, 9)], 1005).P50, 6);
    }

    [Fact]
    public void What_varies_has_a_wide_range_and_the_fewer_and_the_farther_the_wider()
    {
        (double, double)[] noisy = [(100, 8), (100, 12), (100, 9), (100, 11)];
        // Student, 3 degrees of freedom, one-sided 90 %: 1.638; the deviation of these is √(10/3)/10 of their mean.
        Assert.Equal(10 * (1 + 1.638 * Math.Sqrt(10 / 3d) / 10 * Math.Sqrt(1.25)), PhaseTime.Of(noisy, 100).P90!.Value, 6);
        Assert.True(PhaseTime.Of(noisy[..2], 100).P90 > PhaseTime.Of(noisy, 100).P90);
        (double, double)[] line = [(100, 1.2), (200, 1.8), (400, 4.4), (300, 2.8)];
        Assert.True(PhaseTime.Of(line, 40_000) is { P50: var far, P90: { } most } && PhaseTime.Of(line, 300) is { P50: var near, P90: { } usual } && most / far > usual / near);
    }

    [Fact]
    public void What_takes_no_time_takes_hardly_any() => Assert.InRange(PhaseTime.Of([(100, 0), (1000, 0), (10_000, 0)], 5000).P90!.Value, 0.001, 0.002);

    [Fact]
    public void One_slow_day_does_not_move_what_is_usual_and_widens_what_may_be()
    {
        (double, double)[] usual = [(100, 3), (400, 6), (6400, 66), (1600, 18), (800, 10)];
        var (before, after) = (PhaseTime.Of(usual, 3200), PhaseTime.Of([.. usual, (200, 40)], 3200));
        Assert.InRange(after.P50 / before.P50, 0.95, 1.05);
        Assert.True(after.P90 > 2 * before.P90);
        Assert.Equal(10, PhaseTime.Of([(100, 10), (100, 9), (100, 500)], 100).P50, 6);
    }

    private static PhaseTime Rounded(PhaseTime time) => new(Math.Round(time.P50, 6), time.P90);
}
