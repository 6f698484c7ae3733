using Tidemark.Configuration;

namespace Tidemark.Tests.Configuration;

public sealed class ByteCountTests
{
    [Theory]
    [InlineData("20MB", 20_000_000)]
    [InlineData("500kB", 500_000)]
    [InlineData("500KB", 500_000)]
    [InlineData("2000000000GB", 2_000_000_000_000_000_000)]
    [InlineData("1MiB", 1_048_576)]
    [InlineData("3GiB", 3_221_225_472)]
    public void Bytes_are_a_whole_number_and_a_unit(string text, long bytes)
    {
        Assert.True(ByteCount.TryParse(text, out var count));
        Assert.Equal(bytes, count.Bytes);
    }

    [Theory]
    [InlineData("20")]
    [InlineData("0MB")]
    [InlineData("-1MB")]
    [InlineData("1.5MB")]
    [InlineData("20 MB")]
    [InlineData("20mb")]
    [InlineData("20Mbit")]
    [InlineData("MB")]
    [InlineData("")]
    public void All_else_is_not_read(string text) => Assert.False(ByteCount.TryParse(text, out _));
}
