namespace Tidemark.Tests;

public sealed class DurationTests
{
    [Theory]
    [InlineData("90s", 90, "90s")]
    [InlineData("60s", 60, "1m")]
    [InlineData("15m", 900, "15m")]
    [InlineData("26h", 93600, "26h")]
    [InlineData("7d", 604800, "7d")]
    [InlineData("0d", 0, "0s")]
    public void A_duration_is_read_and_printed_in_the_largest_unit_that_divides_it(string text, int seconds, string printed)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.Parse(text).Span);
        Assert.Equal(printed, Duration.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("1.5h")]
    [InlineData(" 7d")]
    [InlineData("7 d")]
    [InlineData("7D")]
    [InlineData("7w")]
    [InlineData("1h30m")]
    [InlineData("99999999999d")]
    [InlineData("2147483647d")]
    public void Anything_else_is_refused(string text) =>
        Assert.Equal(FaultCode.Configuration, Assert.Throws<Fault>(() => Duration.Parse(text)).Code);

    [Fact]
    public void Durations_compare_by_length() => Assert.True(Duration.Parse("90s") < Duration.Parse("2m") && Duration.Parse("24h") >= Duration.Parse("1d"));
}
